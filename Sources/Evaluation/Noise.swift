// Chance for sounds: seeds from names, and noise that is cheap enough to make for hours.

internal import Basics

extension Random {
    /// A generator that depends on a name and a number alone.
    init(_ name: String, seed: UInt64) {
        var fingerprint = Fingerprint()
        fingerprint.add(name)
        fingerprint.add(seed)
        self.init(seed: fingerprint.value)
    }

    /// Nearly normal with variance 1: the sum of four uniform numbers, from one draw.
    mutating func normal() -> Float {
        let bits = next()
        let sum = (0..<4).reduce(Float(0)) { $0 + Float((bits >> UInt64(16 * $1)) & 0xffff) }
        return (sum / 65535 - 2) * 1.732_050_8
    }
}
