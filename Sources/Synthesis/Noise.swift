// Random numbers by position.

internal import Glibc

/// Normal numbers that depend on a seed, a place and a channel alone, so that it does not matter in which order or in what chunks they are
/// drawn: two outputs of splitmix64 by Box and Muller.
struct Noise {
    var seed: UInt64

    /// The number at `place` and `channel`; channels are below 2^20.
    func normal(_ place: Int, _ channel: Int) -> Float {
        let counter = (UInt64(truncatingIfNeeded: place) << 20 | UInt64(truncatingIfNeeded: channel)) &* 2
        let u = Float(hash(counter) >> 40) * 0x1p-24, v = Float(hash(counter &+ 1) >> 40) * 0x1p-24
        return (-2 * log(1 - u)).squareRoot() * cos(2 * Float.pi * v)
    }

    /// Uniform angles from -π to π for the channels from 0 to `count` at `place`.
    func angles(_ place: Int, count: Int, to target: UnsafeMutablePointer<Float>) {
        let first = UInt64(truncatingIfNeeded: place) << 20
        for channel in 0..<count {
            let u = Float(hash((first | UInt64(channel)) &* 2) >> 40) * 0x1p-24
            target[channel] = (u - 0.5) * (2 * Float.pi)
        }
    }

    private func hash(_ counter: UInt64) -> UInt64 {
        var z = seed &+ (counter &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
