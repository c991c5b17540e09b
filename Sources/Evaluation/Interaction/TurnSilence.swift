// The caller's silences within and after a turn, and whether the assistant took them for the turn's end.

/// What eot-bench calls a span.
public struct TurnSilence: Codable, Equatable, Sendable {
    /// The silence's length. Nil: the turn's end.
    public var seconds: Double?
    /// Seconds from its start until the assistant took it for the turn's end. Nil if it did not.
    public var fired: Double?

    /// The silences of a turn until the assistant fires: what comes later is another conversation, and is left out. `first`: the
    /// first sign of it between two times.
    static func list(
        _ turn: TalkLog.Turn, next: Double, first: (_ from: Double, _ to: Double) -> Double?
    ) -> [TurnSilence] {
        var list: [TurnSilence] = [], from = turn.start + onsetSeconds
        for hold in turn.silences {
            guard first(from, hold.start) == nil else { return list }
            let fired = first(hold.start, hold.end)
            list.append(TurnSilence(seconds: hold.end - hold.start, fired: fired.map { $0 - hold.start }))
            guard fired == nil else { return list }
            from = hold.end
        }
        guard first(from, turn.end - endSeconds) == nil else { return list }
        let fired = first(turn.end - endSeconds, next)
        return list + [TurnSilence(seconds: nil, fired: fired.map { max(0, $0 - turn.end) })]
    }

    /// What is heard earlier may be the end of what came before.
    private static let onsetSeconds = 0.15
    /// The softest end of a word does not count as speech.
    private static let endSeconds = 0.04
}
