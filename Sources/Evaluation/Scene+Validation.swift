// Validates a scene when the script is read.

extension Scene {
    /// One day, more than any sensible wait.
    private static let secondsMax = 86_400.0

    /// Why the conversation cannot be held; nil if it can.
    var problem: String? {
        func outside(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) -> String? {
            value.flatMap {
                range.contains($0) ? nil : "\(name) is \($0), must be \(range.lowerBound) to \(range.upperBound)"
            }
        }
        let found = [
            outside("level", level, -80...0), outside("floor", floor, -200...0),
            outside("snr", channel?.snr, -40...100), outside("clip", channel?.clip.map(Double.init), 0.001...1),
            outside("opus", channel?.opus.map(Double.init), 6000...128_000),
            outside("loss", channel?.loss.map(Double.init), 0...1), outside("room", channel?.room, 0...5),
            outside("gain", echo?.gain, -100...20), outside("delay", echo?.delay, 0.02...5),
            outside("room", echo?.room, 0...5), turns.isEmpty ? "it has no turns" : nil,
        ]
        return found.compactMap { $0 }.first
            ?? turns.enumerated().lazy.compactMap { index, turn in
                problem(turn).map { "turn \(index): \($0)" }
            }.first
    }

    private func problem(_ turn: SceneTurn) -> String? {
        if turn.text != nil, turn.excerpt == nil, turn.speaker.voice == nil, voice == nil {
            return "neither a voice nor a recording says it"
        }
        if let excerpt = turn.excerpt, excerpt.from ?? 0 < 0 || excerpt.to ?? .infinity <= excerpt.from ?? 0 {
            return "the recording's \"from\" and \"to\" are no times"
        }
        let seconds =
            switch (turn.act, turn.when) {
            case (.wait(let seconds), _), (.sound(_, let seconds, _, _), _): seconds
            case (.say(_, let pause), .after(let wait)), (.say(_, let pause), .into(let wait)):
                max(pause?.seconds ?? 0, wait)
            }
        guard seconds >= 0, seconds <= Self.secondsMax else { return "\(seconds) seconds" }
        let speaker = turn.speaker
        if let level = speaker.level, !(-80...0).contains(level) { return "level is \(level), must be -80.0 to 0.0" }
        if let room = speaker.room, !(0...5).contains(room) { return "room is \(room), must be 0.0 to 5.0" }
        if let muffled = speaker.muffled, !(100...7900).contains(muffled) {
            return "muffled is \(muffled), must be 100.0 to 7900.0"
        }
        if case .say(_, let pause?) = turn.act, !(0...1).contains(pause.at) {
            return "a pause at \(pause.at) of the clip"
        }
        return nil
    }
}
