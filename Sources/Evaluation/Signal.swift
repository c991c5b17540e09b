// Levels and silences of signals.

internal import Glibc

/// Levels and silences of signals.
enum Signal {
    /// The amplitude of a level in dBFS.
    static func amplitude(_ decibels: Double) -> Float { Float(pow(10, decibels / 20)) }

    static func rms(_ samples: [Float]) -> Float {
        (samples.reduce(0) { $0 + $1 * $1 } / Float(max(1, samples.count))).squareRoot()
    }

    /// `samples` at `decibels` dBFS RMS.
    static func level(_ samples: [Float], _ decibels: Double) -> [Float] {
        let gain = amplitude(decibels) / max(rms(samples), 1e-9)
        return samples.map { $0 * gain }
    }

    /// Without what is before and after the 10-ms frames whose energy is at least 2 % of the loudest's.
    static func trim(_ samples: [Float]) -> [Float] {
        let frame = Recording.rate / 100
        let powers = (0..<samples.count / frame).map { i in
            samples[i * frame..<(i + 1) * frame].reduce(0) { $0 + $1 * $1 }
        }
        // An amplitude of 2 % is as little as the ear notices; its square is the energy's share.
        let threshold = (powers.max() ?? 0) * 0.02 * 0.02
        guard let first = powers.firstIndex(where: { $0 > threshold }),
            let last = powers.lastIndex(where: { $0 > threshold })
        else { return samples }
        return Array(samples[first * frame..<(last + 1) * frame])
    }
}
