// One scripted conversation: who speaks, over which channel, and what the caller does in each turn.

/// A conversation in the script.
public struct Scene: Decodable, Sendable {
    public var id: String
    /// The kind of speaker, for the report's breakdown.
    public var group: String
    /// Nil if every turn has a recording or a voice of its own.
    public var voice: Voice?
    /// Speech at the microphone, dBFS RMS.
    public var level: Double
    /// Steady noise at the microphone, dBFS RMS.
    public var floor: Double
    /// The special condition, for the report's breakdown.
    public var condition: String?
    public var channel: ChannelShape?
    public var echo: EchoShape?
    public var turns: [SceneTurn]

    public init(
        id: String, group: String, voice: Voice?, level: Double = -24, floor: Double = -62, condition: String? = nil,
        channel: ChannelShape? = nil, echo: EchoShape? = nil, turns: [SceneTurn]
    ) {
        (self.id, self.group, self.voice, self.level, self.floor) = (id, group, voice, level, floor)
        (self.condition, self.channel, self.echo, self.turns) = (condition, channel, echo, turns)
    }

    /// Estimated duration, to group conversations of similar length.
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
