// Speech made and not yet played: one slice at most, and where it stands in the session's time.

internal import Basics

/// Position of the output, and what is left of it after an interruption.
struct Playout: Hashable, Sendable {
    private(set) var position = SampleTime.zero

    /// Samples over which flushed speech fades: 5 ms, so that it ends without a click.
    static let fadeSamples = 80

    /// Cuts one row of unplayed speech down to its fade.
    static func flush(_ pcm: inout [Float]) {
        for i in pcm.indices {
            pcm[i] = i < fadeSamples ? pcm[i] * (1 - Float(i + 1) / Float(fadeSamples)) : 0
        }
    }

    mutating func advance(by samples: Int) { position = position.advanced(by: samples) }
}
