// What one turn or sound of the caller's did to the assistant, by τ-voice's definitions.

/// One event of τ-voice's interaction panel (arXiv 2603.13686; tau2-bench, docs/interaction-metrics.md). Times are in seconds.
public struct Interaction: Codable, Equatable, Sendable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Speech to the assistant. While the assistant speaks, it is an interruption.
        case turn
        case backChannel = "back-channel"
        case vocalTic = "vocal-tic"
        case sideTalk = "side-talk"
    }

    public var kind: Kind
    /// Length of the caller's speech or sound.
    public var seconds: Double
    /// Whether the assistant was speaking when it began.
    public var wasSpeaking: Bool
    /// From its start until the assistant fell silent. Nil if that did not happen within the kind's window.
    public var yieldSeconds: Double?
    /// The assistant fell silent because it had said everything: this is neither yielding nor talking on, and is not counted.
    public var hadFinished = false
    /// Whether a turn was answered before the next one. Nil for sounds, and for turns that do not count.
    public var isAnswered: Bool?
    /// From the turn's end to the start of the answer.
    public var answerSeconds: Double?
    /// Whether the assistant began to speak up to two seconds after a sound in its silence. Nil for turns and back-channels.
    public var isRespondedTo: Bool?
    /// How many times the assistant began to speak during the turn.
    public var interruptions = 0
}

extension SceneTurn {
    /// How the panel counts the turn. Nil: not at all, as noise, music and waits.
    var interactionKind: Interaction.Kind? {
        switch role {
        case .backChannel: .backChannel
        case .vocalTic: .vocalTic
        case .sideTalk: .sideTalk
        case .none: nil
        case .request, .interruption, .stop, .goOn, .again, .filler, .recall, .unknown: .turn
        }
    }
}
