// Reads numbers and names from a file's bytes, never past their end.

internal import Transformer

struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    let path: String

    /// The bytes must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer, path: String) { (self.bytes, self.path) = (bytes, path) }

    var isAtEnd: Bool { at == bytes.count }

    /// Where the next `count` bytes begin; they are passed over.
    mutating func skip(_ count: Int) throws(ModelError) -> Int {
        guard count <= bytes.count - at else { throw ModelError("\(path) ends too early, at byte \(bytes.count)") }
        defer { at += count }
        return at
    }

    mutating func byte() throws(ModelError) -> Int { Int(bytes[try skip(1)]) }

    /// An unsigned number of 32 bits.
    mutating func int32() throws(ModelError) -> Int {
        Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: try skip(4), as: UInt32.self)))
    }

    mutating func count(max: Int) throws(ModelError) -> Int {
        let count = try int32()
        guard count <= max else { throw ModelError("\(path) has \(count) entries, at most \(max) are expected") }
        return count
    }

    /// Text up to its NUL, or up to its length.
    mutating func name() throws(ModelError) -> String {
        let length = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: try skip(2), as: UInt16.self)))
        let start = try skip(length)
        return String(decoding: bytes[start..<start + length].prefix { $0 != 0 }, as: UTF8.self)
    }
}
