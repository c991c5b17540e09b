// A node of an ONNX graph: its operator, what it reads, its integer attributes.

internal import Transformer

/// A NodeProto (onnx.proto).
struct GraphNode {
    private(set) var name = ""
    private(set) var kind = ""
    private(set) var inputs: [String] = []
    private(set) var attributes: [String: [Int]] = [:]

    /// Numbers of one attribute.
    private static let numbersMax = 64

    init(_ message: UnsafeRawBufferPointer) throws(ModelError) {
        var reader = WireReader(message)
        while let (field, value) = try reader.next() {
            guard case .bytes(let bytes) = value else { continue }
            switch field {
            case 1: inputs.append(String(decoding: bytes, as: UTF8.self))
            case 3: name = String(decoding: bytes, as: UTF8.self)
            case 4: kind = String(decoding: bytes, as: UTF8.self)
            case 5: try readAttribute(bytes)
            default: break
            }
        }
    }

    /// An AttributeProto: `i` or `ints`. Others are left out.
    private mutating func readAttribute(_ message: UnsafeRawBufferPointer) throws(ModelError) {
        var reader = WireReader(message), name = "", numbers: [Int] = []
        func add(_ number: UInt64) throws(ModelError) {
            guard numbers.count < Self.numbersMax else { throw ModelError("an attribute of too many numbers") }
            numbers.append(Int(Int64(bitPattern: number)))
        }
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
            case (3, .number(let number)), (8, .number(let number)): try add(number)
            case (8, .bytes(let packed)):
                var list = WireReader(packed)
                while !list.isAtEnd { try add(list.number()) }
            default: break
            }
        }
        if !numbers.isEmpty { attributes[name] = numbers }
    }
}
