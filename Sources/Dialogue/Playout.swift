// Speech made and not yet played: one slice at most, and where it stands in the session's time.

internal import Basics

/// Position of the output, and what is left of it after an interruption.
struct Playout: Hashable, Sendable {
    private(set) var position = SampleTime.zero

    /// Cuts one row of unplayed speech down to its fade, in samples.
    static func flush(_ pcm: inout [Float], fade: Int) {
        for i in pcm.indices { pcm[i] = i < fade ? pcm[i] * (1 - Float(i + 1) / Float(fade)) : 0 }
    }

    mutating func advance(by samples: Int) { position = position.advanced(by: samples) }
}
