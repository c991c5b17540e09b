// Randomness for sounds: seeds derived from names, and noise cheap enough for hours of audio.

internal import Basics

extension Random {
    /// A generator that depends only on a name and a seed.
    init(_ name: String, seed: UInt64) {
        var fingerprint = Fingerprint()
        fingerprint.add(name)
        fingerprint.add(seed)
        self.init(seed: fingerprint.value)
    }

    /// Approximately normal with variance 1: the sum of four uniform numbers from one draw.
    mutating func normal() -> Float {
        let bits = next()
        let sum = (0..<4).reduce(Float(0)) { $0 + Float((bits >> UInt64(16 * $1)) & 0xffff) }
        return (sum / 65535 - 2) * 1.732_050_8
    }
}
