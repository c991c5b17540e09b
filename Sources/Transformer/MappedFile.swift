// A file mapped into memory.

internal import Glibc

/// A file's bytes, mapped for reading. The mapping lives as long as this object.
public final class MappedFile: @unchecked Sendable {
    public let path: String
    /// The whole file. Whoever keeps a part of it keeps this object too.
    public let bytes: UnsafeRawBufferPointer

    /// Throws if it cannot be read or has fewer than `bytesMin` bytes.
    public init(path: String, bytesMin: Int = 1) throws(ModelError) {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ModelError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= max(1, bytesMin) else {
            throw ModelError("\(path) is \(bytesMin > 1 ? "too short" : "empty")")
        }
        guard let map = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, file, 0), map != MAP_FAILED else {
            throw ModelError("\(path) cannot be mapped: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: map, count: Int(status.st_size))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }
}
