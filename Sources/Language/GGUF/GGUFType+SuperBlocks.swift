// Blocks of 256 numbers, whose parts have quantised scales of their own: Q4_K, Q5_K, Q6_K (the structs of ggml-common.h).

extension GGUFType {
    /// Scale and minimum of part `j` of eight, six bits each in twelve bytes.
    private static func scale(_ bytes: UnsafePointer<UInt8>, _ j: Int) -> (scale: Float, minimum: Float) {
        if j < 4 { return (Float(bytes[j] & 63), Float(bytes[j + 4] & 63)) }
        let scale = bytes[j + 4] & 15 | (bytes[j - 4] >> 6) << 4
        let minimum = bytes[j + 4] >> 4 | (bytes[j] >> 6) << 4
        return (Float(scale), Float(minimum))
    }

    /// f16 d, f16 m; 12 bytes of scales; 128 bytes, 32 for each two parts: the first in the lower halves, the second in the upper.
    static func readQ4_K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), m = half(block, 2), scales = (block + 4).assumingMemoryBound(to: UInt8.self)
        for pair in 0..<4 {
            let q = (block + 16 + 32 * pair).assumingMemoryBound(to: UInt8.self), out = out + 64 * pair
            let low = scale(scales, 2 * pair), high = scale(scales, 2 * pair + 1)
            let lowScale = d * low.scale, lowMinimum = m * low.minimum
            let highScale = d * high.scale, highMinimum = m * high.minimum
            for j in 0..<32 {
                out[j] = lowScale * Float(q[j] & 15) - lowMinimum
                out[j + 32] = highScale * Float(q[j] >> 4) - highMinimum
            }
        }
    }

    /// As Q4_K with 32 bytes more after the scales: bit p of byte j is the fifth of number j of part p.
    static func readQ5_K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 0), m = half(block, 2), scales = (block + 4).assumingMemoryBound(to: UInt8.self)
        let fifths = (block + 16).assumingMemoryBound(to: UInt8.self)
        for pair in 0..<4 {
            let q = (block + 48 + 32 * pair).assumingMemoryBound(to: UInt8.self), out = out + 64 * pair
            let low = scale(scales, 2 * pair), high = scale(scales, 2 * pair + 1)
            let lowScale = d * low.scale, lowMinimum = m * low.minimum
            let highScale = d * high.scale, highMinimum = m * high.minimum
            for j in 0..<32 {
                out[j] = lowScale * Float(q[j] & 15 | (fifths[j] >> (2 * pair) & 1) << 4) - lowMinimum
                out[j + 32] = highScale * Float(q[j] >> 4 | (fifths[j] >> (2 * pair + 1) & 1) << 4) - highMinimum
            }
        }
    }

    /// 128 bytes of lower halves; 64 bytes with two upper bits of four numbers; 16 int8 scales, one for 16 numbers; f16 d.
    static func readQ6_K(_ block: UnsafeRawPointer, _ out: UnsafeMutablePointer<Float>) {
        let d = half(block, 208)
        for side in 0..<2 {
            let low = (block + 64 * side).assumingMemoryBound(to: UInt8.self)
            let high = (block + 128 + 32 * side).assumingMemoryBound(to: UInt8.self)
            let scales = (block + 192 + 8 * side).assumingMemoryBound(to: Int8.self), out = out + 128 * side
            for quarter in 0..<4 {
                for j in 0..<32 {
                    let byte = low[j + 32 * (quarter & 1)], bits = high[j] >> (2 * quarter) & 3
                    let q = Int32(quarter < 2 ? byte & 15 : byte >> 4) | Int32(bits) << 4
                    out[32 * quarter + j] = d * Float(scales[2 * quarter + j / 16]) * Float(q - 32)
                }
            }
        }
    }
}
