// Memory for data that every step reads from end to end.

internal import Basics
internal import Glibc
internal import Synchronization

/// Zeroed memory at a fixed address, in 2 MiB pages if the system grants them on request (madvise(2), MADV_HUGEPAGE). With 4 KiB pages,
/// each page costs an address lookup (two in a virtual machine), during which nothing is fetched.
final class LargePages: @unchecked Sendable {
    static let page = 2 << 20

    let base: UnsafeMutableRawPointer
    let count: Int
    private let map: UnsafeMutableRawPointer

    /// Size in bytes. Pages that are never written take no memory. Lazy memory is in the system's usual pages, so that little of it is
    /// taken at once, and the system promises none of it in advance.
    init(count: Int, isLazy: Bool = false) {
        self.count = count
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | (isLazy ? MAP_NORESERVE : 0)
        guard let map = mmap(nil, count + Self.page, PROT_READ | PROT_WRITE, flags, -1, 0), map != MAP_FAILED else {
            outOfMemory(bytes: count)
        }
        self.map = map
        let address = Int(bitPattern: map)
        base = map + ((address + Self.page - 1) / Self.page * Self.page - address)
        // A system without large pages refuses, which is harmless.
        _ = madvise(base, count, isLazy ? MADV_NOHUGEPAGE : MADV_HUGEPAGE)
    }

    /// Returns the whole pages in a range of bytes to the system; they read as zeros afterwards.
    func release(_ range: Range<Int>) {
        let page = Int(getpagesize()), first = (range.lowerBound + page - 1) / page * page
        let end = range.upperBound / page * page
        if first < end { _ = madvise(base + first, end - first, MADV_DONTNEED) }
    }

    deinit { munmap(map, count + Self.page) }
}

/// Ends the program with one sentence: lack of memory at start is the operator's error, not a crash to trace.
func outOfMemory(bytes: Int) -> Never {
    let line = Array(
        "duet: there is no memory for \(bytes) bytes; lower --sessions-max, or raise the limit (ulimit -v)\n".utf8)
    _ = write(2, line, line.count)
    exit(1)
}

/// A part of large pages, aligned to a cache line. Parts are laid out in the order of allocation, which is the order in which a
/// model uses its matrices: prefetching past the end of one matrix fetches the next.
struct PageSlice: Sendable {
    private static let current = Mutex<(pages: LargePages, used: Int)?>(nil)
    /// Bytes. Smaller parts share pages of this size.
    private static let shared = 32 << 20

    private let pages: LargePages
    private let offset: Int

    /// A lazy part is in pages of its own.
    init(count: Int, isLazy: Bool = false) {
        let size = (max(1, count) + 63) / 64 * 64
        if isLazy {
            (pages, offset) = (LargePages(count: size, isLazy: true), 0)
            return
        }
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

    /// Returns the whole pages in a range of bytes to the system.
    func release(_ range: Range<Int>) { pages.release(range.lowerBound + offset..<range.upperBound + offset) }
}
