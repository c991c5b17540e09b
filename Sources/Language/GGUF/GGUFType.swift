// Types of tensors in GGUF files: the table.

internal import Kernels

/// A tensor's type, numbered as in the file (`ggml_type` in ggml.h). A new one is a case here, its two sizes, its name and its blocks.
public enum GGUFType: UInt32, CaseIterable, Sendable, CustomStringConvertible {
    case f32 = 0
    case f16 = 1
    case bf16 = 30
    case q8_0 = 8
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14

    /// Its name, the numbers of one block along a row, and the block's bytes.
    private var layout: (name: String, length: Int, bytes: Int) {
        switch self {
        case .f32: ("F32", 1, 4)
        case .f16: ("F16", 1, 2)
        case .bf16: ("BF16", 1, 2)
        case .q8_0: ("Q8_0", 32, 34)
        case .q4_0: ("Q4_0", 32, 18)
        case .q4_1: ("Q4_1", 32, 20)
        case .q5_0: ("Q5_0", 32, 22)
        case .q5_1: ("Q5_1", 32, 24)
        case .q4_K: ("Q4_K", 256, 144)
        case .q5_K: ("Q5_K", 256, 176)
        case .q6_K: ("Q6_K", 256, 210)
        }
    }

    /// Converts `blocks` blocks from `bytes`, which need no alignment, to float32.
    func read(_ bytes: UnsafeRawPointer, blocks: Int, into target: UnsafeMutablePointer<Float>) {
        switch self {
        case .f32: FloatFormat.float32.read(bytes, count: blocks, into: target)
        case .f16: FloatFormat.float16.read(bytes, count: blocks, into: target)
        case .bf16: FloatFormat.bfloat16.read(bytes, count: blocks, into: target)
        case .q8_0: each(bytes, blocks, target, Self.readQ8_0)
        case .q4_0: each(bytes, blocks, target, Self.readQ4_0)
        case .q4_1: each(bytes, blocks, target, Self.readQ4_1)
        case .q5_0: each(bytes, blocks, target, Self.readQ5_0)
        case .q5_1: each(bytes, blocks, target, Self.readQ5_1)
        case .q4_K: each(bytes, blocks, target, Self.readQ4_K)
        case .q5_K: each(bytes, blocks, target, Self.readQ5_K)
        case .q6_K: each(bytes, blocks, target, Self.readQ6_K)
        }
    }

    public var description: String { layout.name }
    /// Numbers of one block along a row.
    public var blockLength: Int { layout.length }
    /// Bytes of one block.
    public var blockBytes: Int { layout.bytes }

    private func each(
        _ bytes: UnsafeRawPointer, _ blocks: Int, _ target: UnsafeMutablePointer<Float>,
        _ read: (UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void
    ) {
        let (_, length, width) = layout
        for i in 0..<blocks { read(bytes + i * width, target + i * length) }
    }

    /// Types that other programs write, so that the operator reads a name.
    static let unsupported: [UInt32: String] = [
        9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
        20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
        29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4", 40: "NVFP4",
    ]
}
