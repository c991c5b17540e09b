// The acoustic echo of the assistant's own voice.

internal import Basics

/// The path from the loudspeaker to the microphone.
struct EchoPath: Sendable {
    private let gain: Float
    private let delay: Int
    private var room: Room
    /// Played samples that have not reached the microphone; the first is at `start` on the caller's clock.
    private var played: [Float] = []
    private var start = 0

    init(_ shape: EchoShape, random: inout Random) {
        gain = Signal.amplitude(shape.gain)
        delay = Int(shape.delay * Double(Recording.rate))
        room = Room(seconds: shape.room, random: &random)
    }

    /// Adds the assistant's speech as the caller hears it. The calls must cover the conversation without a gap.
    mutating func play(_ samples: [Float], silenceBefore: Int) {
        played += Array(repeating: 0, count: silenceBefore) + samples
    }

    /// The echo in the microphone's next `count` samples from `position` on.
    mutating func pick(_ count: Int, at position: Int) -> [Float] {
        let from = position - delay
        let out = (from..<from + count).map { i -> Float in
            let index = i - start
            return gain * room.process(played.indices.contains(index) ? played[index] : 0)
        }
        let done = min(played.count, max(0, from + count - start))
        played.removeFirst(done)
        start += done
        return out
    }
}
