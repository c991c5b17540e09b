// Protocol buffers' wire format, read in place.

internal import Transformer

/// The fields of one message (protobuf.dev, "Encoding"). Every length is checked against the message's end, so no file can make it
/// read elsewhere.
struct WireReader {
    /// A field's payload. Fixed 32-bit and 64-bit fields are skipped: nothing that is read here has them.
    enum Value {
        case number(UInt64)
        case bytes(UnsafeRawBufferPointer)
    }

    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The next field, or nil at the end.
    mutating func next() throws(ModelError) -> (field: Int, value: Value)? {
        while at < bytes.count {
            let key = try number()
            guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw ModelError("a field without a number") }
            let field = Int(key >> 3)
            switch key & 7 {
            case 0: return (field, .number(try number()))
            case 1: try skip(8)
            case 2:
                let count = try number()
                guard count <= UInt64(bytes.count - at) else { throw ModelError("a field is longer than its message") }
                defer { at += Int(count) }
                return (field, .bytes(UnsafeRawBufferPointer(rebasing: bytes[at..<at + Int(count)])))
            case 5: try skip(4)
            default: throw ModelError("a field of an unknown wire type")
            }
        }
        return nil
    }

    /// A variable-length number of at most 64 bits.
    mutating func number() throws(ModelError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard at < bytes.count else { throw ModelError("a number is cut off") }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 127) << shift
            if byte < 128 { return value }
        }
        throw ModelError("a number has more than 64 bits")
    }

    var isAtEnd: Bool { at == bytes.count }

    private mutating func skip(_ count: Int) throws(ModelError) {
        guard count <= bytes.count - at else { throw ModelError("a field is longer than its message") }
        at += count
    }
}
