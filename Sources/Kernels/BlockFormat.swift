// Blocks of quantized weights in GGUF files.

internal import CKernels

/// A format of blocks of 32 weights along a row, named as in GGUF. The layouts are those of ggml-common.h (CKernels.h repeats them).
public enum BlockFormat: String, CaseIterable, Sendable {
    case q4_0 = "Q4_0"
    case q4_1 = "Q4_1"
    case q8_0 = "Q8_0"

    /// Weights in a block.
    public static let count = 32

    /// Bytes of a row of `inputs` weights, a multiple of 32.
    public func bytes(inputs: Int) -> Int {
        switch self {
        case .q4_0: inputs / Self.count * 18
        case .q4_1: inputs / Self.count * 20
        case .q8_0: inputs / Self.count * 34
        }
    }

    /// The precision that holds such blocks exactly.
    public var precision: Precision { self == .q8_0 ? .int8g : .int4g }

    var c: ck_blocks {
        switch self {
        case .q4_0: CK_BLOCKS_Q4_0
        case .q4_1: CK_BLOCKS_Q4_1
        case .q8_0: CK_BLOCKS_Q8_0
        }
    }
}
