// A tensor among an ONNX graph's initializers.

internal import Kernels
internal import Transformer

/// A TensorProto (onnx.proto): its shape, and where its numbers are in the mapped file.
struct GraphTensor {
    private(set) var name = ""
    private(set) var shape: [Int] = []
    /// 1 float32, 10 float16, 16 bfloat16, 7 int64 …
    private var type: UInt64 = 0
    private var raw: UnsafeRawBufferPointer?

    /// Dimensions of a tensor, and the largest of them.
    private static let dimensionsMax = 8, dimensionMax: UInt64 = 1 << 31

    init(_ message: UnsafeRawBufferPointer) throws(ModelError) {
        var reader = WireReader(message)
        while let (field, value) = try reader.next() {
            switch (field, value) {
            case (1, .number(let size)): try add(size)
            case (1, .bytes(let packed)):
                var sizes = WireReader(packed)
                while !sizes.isAtEnd { try add(sizes.number()) }
            case (2, .number(let number)): type = number
            // float_data, packed: the same bytes as raw_data.
            case (4, .bytes(let bytes)), (9, .bytes(let bytes)): raw = bytes
            case (8, .bytes(let text)): name = String(decoding: text, as: UTF8.self)
            default: break
            }
        }
    }

    private mutating func add(_ size: UInt64) throws(ModelError) {
        guard size <= Self.dimensionMax, shape.count < Self.dimensionsMax else {
            throw ModelError("a tensor of an impossible shape")
        }
        shape.append(Int(size))
    }

    private var format: FloatFormat? {
        switch type {
        case 1: FloatFormat(rawValue: "F32")
        case 10: FloatFormat(rawValue: "F16")
        case 16: FloatFormat(rawValue: "BF16")
        default: nil
        }
    }

    /// All numbers as float32, in row-major order.
    func floats() throws(ModelError) -> [Float] {
        guard let format else { throw ModelError("\(name) is not of float32, float16 or bfloat16") }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product < 1 << 40 else { throw ModelError("\(name) has an impossible shape") }
            count = product
        }
        guard let raw, let base = raw.baseAddress, raw.count == count * format.width else {
            throw ModelError("\(name) of shape \(shape) has \(raw?.count ?? 0) bytes")
        }
        return format.read(base, count: count)
    }
}
