// Turns a conversation's log into rows. Pure: the same log gives the same rows.

internal import Foundation

/// Judges the turns of one conversation.
public struct Judge {
    /// A silence this long ends a stretch of speech.
    static let stopSilenceSeconds = 0.3
    /// Speech after a silence this long counts as a new start.
    private static let startSilenceSeconds = 0.7
    /// How long the assistant may go on after the caller has begun.
    private static let onsetSeconds = 0.15
    private static let endSeconds = 0.04
    /// τ-voice's ticks.
    private static let coarseTickSeconds = 0.2

    private let suite: Suite
    private let scene: Scene
    private let log: TalkLog

    public init(suite: Suite, scene: Scene, log: TalkLog) { (self.suite, self.scene, self.log) = (suite, scene, log) }

    public var rows: [Row] {
        let interactions = InteractionJudge.judge(scene, log)
        let coarse = InteractionJudge.judge(scene, log, tick: Self.coarseTickSeconds)
        return log.turns.enumerated().map { i, turn in
            let next = i + 1 < log.turns.count ? log.turns[i + 1].start : log.seconds + 0.02
            var row = row(turn, next: next)
            (row.interaction, row.interactionCoarse) = (interactions[i], coarse[i])
            if row.interaction?.kind == .turn, !turn.wasTalking, scene.turns[turn.index].expect != [] {
                row.silences = TurnSilence.list(turn, next: next) { log.loudness.first(from: $0, to: $1) }
                row.silencesDecided = TurnSilence.list(turn, next: next, first: log.firstSign)
            }
            return row
        }
    }

    private func row(_ turn: TalkLog.Turn, next: Double) -> Row {
        let script = scene.turns[turn.index], speaks = script.role.isSpeech
        let stop = turn.wasTalking ? stopTime(turn, next) : nil
        let onset = answerOnset(turn, stop: stop, next)
        let mine = log.answers.filter { $0.begun >= turn.start && $0.begun < next }
        let going = script.role.isAside ? answerInProgress(turn) : nil
        let talkedOn = going.map { mine.isEmpty && goesOn($0, turn, next) }
        // What an interruption cut off was the answer to an earlier turn.
        let own = mine.filter { !$0.interrupted || !turn.wasTalking }
        let said = (going.map { [$0] } ?? own).map(\.text).filter { !$0.isEmpty }.joined(separator: " ")
        let starts = starts(turn, next, wasTalking: turn.wasTalking)
        let spans = onset.map { log.loudness.spans(from: $0, to: next, pause: 10) } ?? []
        return Row(
            id: "\(scene.id)/\(turn.index)", suite: suite, group: scene.group, condition: scene.condition,
            role: script.role, kind: script.kind ?? soundName(script), slot: script.slot, user: script.text ?? "",
            expected: expected(turn),
            transcript: log.transcripts.filter { $0.time >= turn.start && $0.time < next }.map(\.text)
                .joined(separator: " "),
            said: said,
            right: isRight(turn, said, talkedOn: talkedOn, replied: onset != nil),
            replied: onset != nil,
            tookOver: FullDuplexBench.tookOver(
                words: said.split(separator: " ").count, seconds: spans.first.map { $0.end - $0.start } ?? 0),
            early: !turn.wasTalking
                && log.loudness.first(from: turn.start + Self.onsetSeconds, to: turn.end - Self.endSeconds) != nil,
            latency: onset.map { $0 - turn.end }, wasTalking: turn.wasTalking,
            stopSeconds: stop.map { $0 - turn.start },
            turnSeconds: turn.end - turn.start,
            pauseTakeOver: turn.pause.map { log.loudness.first(from: $0.start, to: $0.end) != nil },
            tookOverBeforeEnd: turn.pause.map {
                log.loudness.first(from: $0.start, to: turn.end - Self.endSeconds) != nil
            },
            talkedOn: talkedOn,
            selfInterruptions: mine.filter { $0.interrupted && ($0.ended ?? 0) < next }.count,
            answers: mine.count, brokeOff: mine.filter { brokeOff($0, turn, next) }.count,
            falseStarts: speaks ? max(0, starts - 1) : starts,
            observedSeconds: next - (speaks ? turn.end : turn.start))
    }

    /// Whether the answer broke off by itself: an answer that yields to a voice does so within 640 ms.
    private func brokeOff(_ answer: TalkLog.Answer, _ turn: TalkLog.Turn, _ next: Double) -> Bool {
        guard answer.interrupted, let ended = answer.ended else { return false }
        return ended > turn.end + Quantities.stopSecondsMax && ended < next
    }

    /// Nil if the text is not judged.
    private func isRight(_ turn: TalkLog.Turn, _ said: String, talkedOn: Bool?, replied: Bool) -> Bool? {
        guard let expected = expected(turn), !isCutShort(turn) else { return nil }
        if talkedOn == false { return false }
        return expected.isEmpty ? !replied && said.isEmpty : Self.matches(said, expected)
    }

    /// The expected answers; for an aside, those of the answer it falls into. Nil if the text is not judged.
    private func expected(_ turn: TalkLog.Turn) -> [String]? {
        let script = scene.turns[turn.index]
        if [.vocalTic, .sideTalk].contains(script.role), !turn.wasTalking { return [] }
        if script.role.isAside, script.expect == nil {
            return scene.turns[..<turn.index].last(where: \.opensAnswer)?.expect
        }
        return script.role == .filler ? nil : script.expect
    }

    private func soundName(_ turn: SceneTurn) -> String? {
        switch turn.act {
        case .say: nil
        case .sound(let sound, _, _, _): sound.rawValue
        case .wait: "wait"
        }
    }

    /// When the assistant's speech at the start of the turn stopped: before the first 300 ms of silence. Nil if it never did.
    private func stopTime(_ turn: TalkLog.Turn, _ next: Double) -> Double? {
        let spans = log.loudness.spans(from: turn.start, to: next, pause: Self.stopSilenceSeconds)
        guard let first = spans.first, first.start - turn.start <= Self.stopSilenceSeconds else { return turn.start }
        // Speech up to the end of the observed time is not a stop.
        return first.end + Self.stopSilenceSeconds <= next ? first.end : nil
    }

    /// Start of the first audible 10 ms of the answer; if the assistant was talking, after its stop.
    private func answerOnset(_ turn: TalkLog.Turn, stop: Double?, _ next: Double) -> Double? {
        guard turn.wasTalking else { return log.loudness.first(from: turn.start + Self.onsetSeconds, to: next) }
        return stop.flatMap { log.loudness.first(from: $0 + 0.01, to: next) }
    }

    /// How many times the assistant began to speak.
    private func starts(_ turn: TalkLog.Turn, _ next: Double, wasTalking: Bool) -> Int {
        let from = turn.start + Self.onsetSeconds
        let spans = log.loudness.spans(from: from, to: next, pause: Self.startSilenceSeconds)
        let continues = spans.first.map { wasTalking && $0.start - from < Self.startSilenceSeconds } ?? false
        return spans.count - (continues && spans.count > 0 ? 1 : 0)
    }

    /// The answer that was in progress when the turn began.
    private func answerInProgress(_ turn: TalkLog.Turn) -> TalkLog.Answer? {
        turn.wasTalking ? log.answers.last { $0.begun < turn.start } : nil
    }

    /// Whether that answer went on undisturbed.
    private func goesOn(_ answer: TalkLog.Answer, _ turn: TalkLog.Turn, _ next: Double) -> Bool {
        let done = answer.ended ?? .infinity
        guard !answer.interrupted, done > turn.start else { return false }
        // Silence after the whole text has been said is not caused by the turn.
        guard let stop = stopTime(turn, next) else { return true }
        return stop + Self.stopSilenceSeconds >= min(done, turn.end + 1)
    }

    /// Whether the script interrupts the answer to the turn: the rest is then not judged.
    private func isCutShort(_ turn: TalkLog.Turn) -> Bool {
        guard turn.index + 1 < scene.turns.count, case .into = scene.turns[turn.index + 1].when else { return false }
        return !scene.turns[turn.index].role.isAside
    }

    /// Whether `said` equals one of the `expected` texts, word by word; "*" matches any one word.
    static func matches(_ said: String, _ expected: [String]) -> Bool {
        let words = normalized(said)
        return expected.contains { text in
            let wanted = normalized(text)
            return wanted.count == words.count && zip(wanted, words).allSatisfy { $0 == "*" || $0 == $1 }
        }
    }

    /// Lower-case words without punctuation.
    static func normalized(_ text: String) -> [String] {
        text.lowercased().split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "*") })
            .map(String.init)
    }
}
