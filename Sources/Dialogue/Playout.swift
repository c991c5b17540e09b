// Where a session's output stands in its time, and how unplayed speech is flushed.

internal import Basics

/// The position of the next slice of output.
struct Playout: Hashable, Sendable {
    private(set) var position = SampleTime.zero

    /// Silences one row of unplayed speech after a fade-out of `fade` samples.
    static func flush(_ pcm: inout [Float], fade: Int) {
        for i in pcm.indices { pcm[i] = i < fade ? pcm[i] * (1 - Float(i + 1) / Float(fade)) : 0 }
    }

    mutating func advance(by samples: Int) { position = position.advanced(by: samples) }
}
