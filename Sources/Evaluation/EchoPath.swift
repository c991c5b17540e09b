// The assistant's own voice, from the loudspeaker to the microphone.

internal import Basics

/// From the loudspeaker to the microphone.
struct EchoPath: Sendable {
    private let gain: Float
    private let delay: Int
    private var room: Room
    /// What was played and has not reached the microphone; its first sample is at `start` of the caller's clock.
    private var played: [Float] = []
    private var start = 0

    init(_ shape: EchoShape, random: inout Random) {
        gain = Signal.amplitude(shape.gain)
        delay = Int(shape.delay * Double(Recording.rate))
        room = Room(seconds: shape.room, random: &random)
    }

    /// The assistant's audio as the caller hears it, without a break since the start of the conversation.
    mutating func play(_ samples: [Float], silenceBefore: Int) {
        played += Array(repeating: 0, count: silenceBefore) + samples
    }

    /// What of it the microphone picks up in the `count` samples from `position`.
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
