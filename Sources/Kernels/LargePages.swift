// Memory for what is read from one end to the other in every step.

internal import Basics
internal import Glibc
internal import Synchronization

/// Zeroes at a fixed address, in pages of 2 MiB where the system has them for who asks (madvise(2), MADV_HUGEPAGE): every 4 KiB another
/// page must be looked up, twice over in a virtual machine, and nothing is fetched meanwhile.
final class LargePages: @unchecked Sendable {
    static let page = 2 << 20

    let base: UnsafeMutableRawPointer
    let count: Int
    private let map: UnsafeMutableRawPointer

    /// `count` bytes. Pages that are never written take no memory.
    init(count: Int) {
        self.count = count
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let map = mmap(nil, count + Self.page, PROT_READ | PROT_WRITE, flags, -1, 0), map != MAP_FAILED else {
            outOfMemory(bytes: count)
        }
        self.map = map
        let address = Int(bitPattern: map)
        base = map + ((address + Self.page - 1) / Self.page * Self.page - address)
        // A system without such pages refuses, and nothing is lost.
        _ = madvise(base, count, MADV_HUGEPAGE)
    }

    deinit { munmap(map, count + Self.page) }
}

/// Ends the program with a sentence: what cannot be had at the start is the operator's to find, not a fault to be traced.
func outOfMemory(bytes: Int) -> Never {
    let line = Array(
        "duet: there is no memory for \(bytes) bytes; lower --sessions-max, or raise the limit (ulimit -v)\n".utf8)
    _ = write(2, line, line.count)
    exit(1)
}

/// A part of large pages, aligned to a cache line. Parts are laid out in the order in which they are made, as a model's matrices are
/// used: what a product prefetches beyond its own weights are the next product's.
struct PageSlice: Sendable {
    private static let current = Mutex<(pages: LargePages, used: Int)?>(nil)
    /// Matrices up to this size share pages.
    private static let shared = 32 << 20

    private let pages: LargePages
    private let offset: Int

    init(count: Int) {
        let size = (max(1, count) + 63) / 64 * 64
        (pages, offset) = Self.current.withLock { current in
            if let (pages, used) = current, used + size <= pages.count {
                current = (pages, used + size)
                return (pages, used)
            }
            let pages = LargePages(count: max(size, Self.shared))
            current = (pages, size)
            return (pages, 0)
        }
    }

    var base: UnsafeMutableRawPointer { pages.base + offset }
}
