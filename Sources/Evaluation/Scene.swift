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
