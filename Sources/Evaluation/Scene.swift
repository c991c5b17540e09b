// One scripted conversation: who speaks, through what, and what the caller does turn by turn.

/// A conversation of the script.
public struct Scene: Decodable, Sendable {
    public var id: String
    /// Who speaks, for the report's breakdown.
    public var group: String
    public var voice: Voice
    /// Speech at the microphone, dBFS RMS.
    public var level: Double
    /// Steady noise at the microphone, dBFS RMS.
    public var floor: Double
    /// What is special, for the report's breakdown.
    public var condition: String?
    public var channel: ChannelShape?
    public var echo: EchoShape?
    public var turns: [SceneTurn]

    public init(
        id: String, group: String, voice: Voice, level: Double = -24, floor: Double = -62, condition: String? = nil,
        channel: ChannelShape? = nil, echo: EchoShape? = nil, turns: [SceneTurn]
    ) {
        (self.id, self.group, self.voice, self.level, self.floor) = (id, group, voice, level, floor)
        (self.condition, self.channel, self.echo, self.turns) = (condition, channel, echo, turns)
    }

    /// About how long it takes, to hold conversations of like length together.
    public var secondsEstimate: Double {
        turns.reduce(3) { sum, turn in
            switch turn.act {
            case .say(let text, _): sum + 4 + Double(text.split(separator: " ").count) * 0.4
            case .sound(_, let seconds, _, _): sum + 4 + seconds
            case .wait(let seconds): sum + seconds
            }
        }
    }
}

/// A synthesizer's voice.
public struct Voice: Decodable, Hashable, Sendable {
    public enum Synthesizer: String, Decodable, Hashable, Sendable, CaseIterable {
        case flite
        case espeak = "espeak-ng"
    }

    public var synthesizer: Synthesizer
    public var name: String
    /// flite: how much longer every sound is.
    public var stretch: Double?
    /// espeak-ng: 0 to 99; words a minute; 0 to 100, how much the pitch moves.
    public var pitch: Int?
    public var rate: Int?
    public var range: Int?

    public init(_ synthesizer: Synthesizer, _ name: String) { (self.synthesizer, self.name) = (synthesizer, name) }
}

/// What lies between the microphone and the wire.
public struct ChannelShape: Decodable, Hashable, Sendable {
    /// White noise this much below the speech, dB, instead of the floor.
    public var snr: Double?
    /// 300 to 3400 Hz.
    public var telephone: Bool?
    /// Amplitude that the peaks are clipped at.
    public var clip: Float?
    /// A round trip through Opus at so many bit/s.
    public var opus: Int?
    /// Share of 20-ms packets that are lost; Opus conceals them.
    public var loss: Float?

    public init(
        snr: Double? = nil, telephone: Bool? = nil, clip: Float? = nil, opus: Int? = nil, loss: Float? = nil
    ) {
        (self.snr, self.telephone, self.clip, self.opus, self.loss) = (snr, telephone, clip, opus, loss)
    }
}

/// How the assistant's own voice comes back into the microphone.
public struct EchoShape: Decodable, Hashable, Sendable {
    /// dB, over the whole response.
    public var gain: Double
    /// Seconds from the ear to the microphone, at least a packet.
    public var delay: Double
    /// Seconds in which the room's response decays by 60 dB.
    public var room: Double

    public init(gain: Double, delay: Double, room: Double) {
        (self.gain, self.delay, self.room) = (gain, delay, room)
    }
}
