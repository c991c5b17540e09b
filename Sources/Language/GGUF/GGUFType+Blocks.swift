// Blocks of 32 numbers with one scale: Q8_0, Q4_0, Q4_1, Q5_0, Q5_1 (the structs of ggml-common.h).

extension GGUFType {
    /// IEEE 754 binary16 at `offset`.
    static func half(_ bytes: UnsafeRawPointer, _ offset: Int) -> Float {
        let bits = UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        let magnitude = UInt32(bits & 0x7fff) << 13, sign = UInt32(bits & 0x8000) << 16
        // The exponent's bias differs by 112; infinity and NaN keep the greatest exponent.
        let value =
            bits & 0x7c00 == 0x7c00
            ? Float(bitPattern: magnitude | 0x7f80_0000) : Float(bitPattern: magnitude) * 0x1p112
        return Float(bitPattern: value.bitPattern | sign)
    }

    /// f16 d; 32 × int8.
    static func readQ8_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), q = (block + 2).assumingMemoryBound(to: Int8.self)
        for j in 0..<32 { out[j] = Float(q[j]) * d }
    }

    /// f16 d; 16 bytes, number j in the lower half of byte j, number j + 16 in the upper.
    static func readQ4_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), q = (block + 2).assumingMemoryBound(to: UInt8.self)
        for j in 0..<16 {
            out[j] = d * Float(Int32(q[j] & 15) - 8)
            out[j + 16] = d * Float(Int32(q[j] >> 4) - 8)
        }
    }

    /// f16 d, f16 m; 16 bytes as in Q4_0.
    static func readQ4_1(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), m = half(block, 2), q = (block + 4).assumingMemoryBound(to: UInt8.self)
        for j in 0..<16 {
            out[j] = d * Float(q[j] & 15) + m
            out[j + 16] = d * Float(q[j] >> 4) + m
        }
    }

    /// f16 d; 4 bytes, bit j is the fifth of number j; 16 bytes as in Q4_0.
    static func readQ5_0(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), q = (block + 6).assumingMemoryBound(to: UInt8.self)
        let high = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
        for j in 0..<16 {
            out[j] = d * Float((Int32(q[j] & 15) | Int32(high >> j & 1) << 4) - 16)
            out[j + 16] = d * Float((Int32(q[j] >> 4) | Int32(high >> (j + 16) & 1) << 4) - 16)
        }
    }

    /// f16 d, f16 m; then as Q5_0.
    static func readQ5_1(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), m = half(block, 2), q = (block + 8).assumingMemoryBound(to: UInt8.self)
        let high = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        for j in 0..<16 {
            out[j] = d * Float(UInt32(q[j] & 15) | (high >> j & 1) << 4) + m
            out[j + 16] = d * Float(UInt32(q[j] >> 4) | (high >> (j + 16) & 1) << 4) + m
        }
    }
}
