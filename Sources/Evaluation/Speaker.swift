// Who speaks in a turn, and how the voice reaches the microphone.

internal import Basics

/// The scene's caller close to the microphone, where nothing else is said.
public struct Speaker: Decodable, Hashable, Sendable {
    /// Another person's voice.
    public var voice: Voice?
    /// dBFS RMS at the microphone. Nil: the scene's.
    public var level: Double?
    /// Band limit in Hz, for a head that is turned away or a hand over the microphone.
    public var muffled: Double?
    /// Reverberation time of the room, in seconds.
    public var room: Double?

    public init(voice: Voice? = nil, level: Double? = nil, muffled: Double? = nil, room: Double? = nil) {
        (self.voice, self.level, self.muffled, self.room) = (voice, level, muffled, room)
    }

    /// Muffles the speech and puts it into the room.
    func carried(_ speech: [Float], random: @autoclosure () -> Random) -> [Float] {
        var out = speech
        if let muffled {
            var filters = [0.541, 1.307].map { Biquad.lowPass(hertz: muffled, q: $0) }
            out = out.map { sample in filters.indices.reduce(sample) { filters[$1].process($0) } }
        }
        if let room, room > 0 {
            var random = random(), path = Room(seconds: room, random: &random)
            out = out.map { path.process($0) }
        }
        return out
    }
}
