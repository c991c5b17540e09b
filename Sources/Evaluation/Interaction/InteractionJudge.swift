// Finds τ-voice's events on a conversation's timeline. Pure: the same timeline gives the same events.
//
//  caller      ──■■■■■■──────────────■■────────■■■■──      turn      back-channel   interruption
//  assistant   ───────────■■■■■■■■■■■■■■■■■■■■■■■────
//                    └ L_R ┘          └ 1.0 s  └ L_Y, 2.0 s

/// Time is divided into ticks; the assistant speaks in a tick if any of its speech falls into it. Their ticks have 0.2 s,
/// because their simulation moves in such steps. Ours have 10 ms; with ticks of 0.2 s the results are the same as theirs.
struct InteractionJudge {
    /// Detection windows (docs/interaction-metrics.md, "Detection windows").
    static let yieldSeconds = 2.0
    static let ignoreSeconds = 1.0
    static let responseSeconds = 2.0
    /// Shorter silences belong to the assistant's speech.
    static let pauseSeconds = Judge.stopSilenceSeconds
    /// So do pauses in one answer up to this long.
    static let sentencePauseSecondsMax = 1.5
    /// An answer that was complete this long before a silence, or after, ended by itself.
    private static let finishedSeconds = (before: 1.0, after: 0.5)

    /// Speech or a sound of the caller's.
    struct Sound {
        var kind: Interaction.Kind
        var start: Double
        var end: Double
        /// Whether a turn wants an answer.
        var isAsking = true
    }

    private let tick: Double
    private let sounds: [Sound]
    /// Ticks in which the assistant speaks.
    private let speaks: [Bool]
    /// Ticks in which it begins to.
    private let starts: [Int]
    /// When answers were complete that nobody interrupted.
    private let finished: [Double]

    /// `sounds`: in the order of their starts. `speech`: the assistant's, without pauses. `seconds`: the conversation's length.
    init(
        sounds: [Sound], speech: [Recording.Span], finished: [Double] = [], seconds: Double, tick: Double = 0.01
    ) {
        (self.sounds, self.finished, self.tick) = (sounds, finished, tick)
        var speaks = [Bool](repeating: false, count: Self.last(seconds, tick))
        for span in speech {
            for i in (Self.first(span.start, tick)..<Self.last(span.end, tick)).clamped(to: speaks.indices) {
                speaks[i] = true
            }
        }
        self.speaks = speaks
        starts = speaks.indices.filter { speaks[$0] && ($0 == 0 || !speaks[$0 - 1]) }
    }

    /// The tick that holds `time`.
    private static func first(_ time: Double, _ tick: Double) -> Int { Int((time / tick + 1e-6).rounded(.down)) }

    /// The first tick from `time` on.
    private static func last(_ time: Double, _ tick: Double) -> Int { Int((time / tick - 1e-6).rounded(.up)) }

    private func ticks(_ seconds: Double) -> Int { Int(seconds / tick + 1e-6) }

    private func isSpeaking(_ i: Int) -> Bool { speaks.indices.contains(i) && speaks[i] }

    /// One for each sound.
    var interactions: [Interaction] { sounds.indices.map(interaction) }

    private func interaction(_ index: Int) -> Interaction {
        let sound = sounds[index]
        let start = Self.first(sound.start, tick), end = Self.last(sound.end, tick)
        var event = Interaction(
            kind: sound.kind, seconds: sound.end - sound.start, wasSpeaking: isSpeaking(start))
        if event.wasSpeaking {
            let window = sound.kind == .turn ? Self.yieldSeconds : Self.ignoreSeconds
            if let silence = (start..<min(start + ticks(window), speaks.count)).first(where: { !speaks[$0] }) {
                event.yieldSeconds = Double(silence - start) * tick
                event.hadFinished = hadFinished(Double(silence) * tick)
            }
        } else if [.vocalTic, .sideTalk].contains(sound.kind) {
            event.isRespondedTo = starts.contains { (start...end + ticks(Self.responseSeconds)).contains($0) }
        }
        guard sound.kind == .turn else { return event }
        event.interruptions = starts.count { (start..<end).contains($0) }
        guard sound.isAsking, takesFloor(sound) else { return event }
        let answer = starts.first { $0 >= end }
        let next = sounds.map { ($0, Self.first($0.start, tick)) }.first { $1 >= end && takesFloor($0) }?.1
        event.isAnswered = answer.map { $0 <= next ?? .max } ?? false
        event.answerSeconds = event.isAnswered == true ? Double(answer! - end) * tick : nil
        return event
    }

    /// A turn counts as one if the assistant is silent when it ends.
    private func takesFloor(_ sound: Sound) -> Bool {
        sound.kind == .turn && !isSpeaking(Self.last(sound.end, tick))
    }

    private func hadFinished(_ silence: Double) -> Bool {
        finished.contains {
            (silence - Self.finishedSeconds.before...silence + Self.finishedSeconds.after).contains($0)
        }
    }
}

extension InteractionJudge {
    /// A pause between an answer's sentences belongs to its speech, as in their simulation, where a tick without sound in a system's audio
    /// still has audio. Not where the answer was interrupted before it, or where the protocol does not say when answers end.
    static func joined(_ spans: [Recording.Span], _ answers: [TalkLog.Answer]) -> [Recording.Span] {
        var out: [Recording.Span] = []
        for span in spans {
            let isPause = out.last.map { last in
                span.start - last.end < sentencePauseSecondsMax
                    && answers.contains {
                        !$0.isGuessed && $0.begun <= last.end && ($0.ended ?? .infinity) >= span.start
                    }
            }
            if isPause == true { out[out.count - 1].end = span.end } else { out.append(span) }
        }
        return out
    }

    /// The timeline of a conversation. Also returns each sound's turn in the log.
    static func judge(_ scene: Scene, _ log: TalkLog, tick: Double = 0.01) -> [Int: Interaction] {
        let turns = log.turns.indices.filter { scene.turns[log.turns[$0].index].interactionKind != nil }
        let sounds = turns.map { i -> Sound in
            let turn = log.turns[i], script = scene.turns[turn.index]
            return Sound(
                kind: script.interactionKind!, start: turn.start, end: turn.end, isAsking: script.expect != [])
        }
        let spans = log.loudness.spans(from: 0, to: log.seconds + 1, pause: pauseSeconds)
        let judge = InteractionJudge(
            sounds: sounds, speech: joined(spans, log.answers),
            finished: log.answers.filter { !$0.interrupted && !$0.isGuessed }.compactMap(\.ended),
            seconds: log.seconds + 0.02, tick: tick)
        return Dictionary(uniqueKeysWithValues: zip(turns, judge.interactions))
    }
}
