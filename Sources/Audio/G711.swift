// Telephone speech at eight bits a sample (ITU-T G.711).

/// The two companding laws. Samples are in [-1, 1]; what is louder than a law can express is clipped.
enum G711 {
    case mu, a

    func encode(_ sample: Float) -> UInt8 {
        let sign: UInt8 = sample.sign == .minus ? 0 : 0x80
        // The limit comes first: `min` returns its first argument when the second is NaN.
        switch self {
        case .mu:
            // Table 2, in 14 bits: after adding 33, each segment begins at a power of two, the first at 32.
            let biased = Int(min(8158, abs(sample) * 8192)) + 33, segment = Self.topBit(biased) - 5
            return sign | ~UInt8(segment << 4 | biased >> (segment + 1) & 15) & 0x7f
        case .a:
            // Table 1, in 13 bits: the first two segments have equal steps.
            let magnitude = Int(min(4095, abs(sample) * 4096)), segment = max(0, Self.topBit(magnitude) - 4)
            return (sign | UInt8(segment << 4 | magnitude >> max(1, segment) & 15)) ^ 0x55
        }
    }

    func decode(_ code: UInt8) -> Float {
        switch self {
        case .mu: Self.muValues[Int(code)]
        case .a: Self.aValues[Int(code)]
        }
    }

    private static func topBit(_ value: Int) -> Int { Int.bitWidth - 1 - value.leadingZeroBitCount }

    // The value of each code: the middle between its two decision values.

    private static let muValues = (UInt8.min...UInt8.max).map { code in
        let segment = Int(~code >> 4 & 7), step = Int(~code & 15)
        let magnitude = Float((2 * step + 33) << segment - 33) / 8192
        return code & 0x80 == 0 ? -magnitude : magnitude
    }

    private static let aValues = (UInt8.min...UInt8.max).map { code in
        let segment = Int((code ^ 0x55) >> 4 & 7), step = Int((code ^ 0x55) & 15)
        let magnitude = Float(segment == 0 ? 2 * step + 1 : (2 * step + 33) << (segment - 1)) / 4096
        return code & 0x80 == 0 ? -magnitude : magnitude
    }
}
