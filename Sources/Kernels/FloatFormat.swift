// Storage formats of numbers in files. In memory, numbers are float32.

internal import CKernels

/// A storage format, named as in safetensors.
public enum FloatFormat: String, CaseIterable, Sendable {
    case float32 = "F32"
    /// IEEE 754 binary16.
    case float16 = "F16"
    /// bfloat16, the upper half of a float32.
    case bfloat16 = "BF16"

    /// Bytes of one number.
    public var width: Int { self == .float32 ? 4 : 2 }

    /// Reads `count` numbers from `bytes`, which need no alignment.
    public func read(_ bytes: UnsafeRawPointer, count: Int) -> [Float] {
        Array(unsafeUninitializedCapacity: count) { target, filled in
            filled = count
            if let first = target.baseAddress { read(bytes, count: count, into: first) }
        }
    }

    /// Writes `count` numbers from `bytes`, which need no alignment, to `target`.
    public func read(_ bytes: UnsafeRawPointer, count: Int, into target: UnsafeMutablePointer<Float>) {
        switch self {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: bytes, byteCount: 4 * count)
        case .float16: ck_half_to_float(bytes, target, count)
        case .bfloat16: ck_bfloat_to_float(bytes, target, count)
        }
    }
}
