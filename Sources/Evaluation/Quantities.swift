// Turns rows into figures, per suite. Names are "suite.quantity" or "suite.quantity.group"; limits refer to them.

/// What each suite measures. Sections are Full-Duplex-Bench's (v1: arXiv 2503.04721, v1.5: 2507.23159).
public enum Quantities {
    /// A stop counts if it comes within this time after the onset; the usual bound for a polite yield.
    static let stopSecondsMax = 0.64

    /// The figures of one suite's rows.
    public static func figures(_ suite: Suite, _ rows: [Row]) -> [Figure] {
        guard !rows.isEmpty else { return [] }
        let p = suite.rawValue + "."
        let all = own(p, suite, rows) + brokeOff(p, rows)
        // Nobody knows the right answers to what people say there.
        return suite.hasPeople ? all.filter { $0.n > 0 } + byCondition(p, suite, rows) : all
    }

    static func own(_ p: String, _ suite: Suite, _ rows: [Row]) -> [Figure] {
        switch suite {
        case .turnTaking: return turnTaking(p, rows)
        case .pause, .peopleHesitation: return pause(p, rows)
        case .backChannel, .peopleBackChannel: return backChannel(p, rows)
        case .vocalTic, .sideTalk, .peopleVocalTic, .peopleSideTalk: return aside(p, rows)
        case .interruption, .peopleInterruption: return interruption(p, rows)
        case .peopleHears: return hearing(p, rows)
        case .peopleTurns: return turns(p, rows) + hearing(p, rows)
        case .stop: return stop(p, rows)
        case .silence: return silence(p, rows)
        case .noSpeech: return noSpeech(p, rows)
        case .echo: return echo(p, rows)
        case .degraded: return degraded(p, rows)
        case .memory: return memory(p, rows)
        case .unknown: return unknown(p, rows)
        case .repeat: return repetition(p, rows)
        }
    }

    /// v1 "smooth turn taking": take-over rate and latency after the turn, and whether the answer was right.
    private static func turnTaking(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role.isAsking }
        return [
            Figure(p + "take-over", share: asked.map(\.tookOver)),
            Figure(p + "replied", share: asked.map(\.replied)),
            Figure(p + "early", share: asked.map(\.early)),
        ] + latency(p, asked) + accuracy(p, asked)
            + grouped(p + "right.group.", asked, by: \.group) { Figure($0, share: $1.compactMap(\.right)) }
            + grouped(p + "right.slot.group.", asked.filter(\.slot), by: \.group) {
                Figure($0, share: $1.compactMap(\.right))
            } + grouped(p + "right.kind.", asked, by: \.kind) { Figure($0, share: $1.compactMap(\.right)) }
    }

    /// The same without judging the answers' words.
    private static func turns(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role.isAsking }
        return [
            Figure(p + "replied", share: asked.map(\.replied)), Figure(p + "early", share: asked.map(\.early)),
        ] + latency(p, asked)
    }

    /// v1 "pause handling": take-over while the user hesitates, lower is better; and the answers after the turn.
    private static func pause(_ p: String, _ rows: [Row]) -> [Figure] {
        let paused = rows.filter { $0.pauseTakeOver != nil }
        return [
            Figure(p + "take-over-in-pause", share: paused.compactMap(\.pauseTakeOver)),
            Figure(p + "take-over-before-end", share: paused.compactMap(\.tookOverBeforeEnd)),
            Figure(p + "take-over-after", share: paused.map(\.tookOver)),
        ]
            + grouped(p + "take-over-in-pause.kind.", paused, by: \.kind) {
                Figure($0, share: $1.compactMap(\.pauseTakeOver))
            } + latency(p, paused.filter { $0.tookOverBeforeEnd == false }) + accuracy(p, paused)
    }

    /// v1.5 "user backchannel": stopping is a mistake; the answer should go on to its last word.
    private static func backChannel(_ p: String, _ rows: [Row]) -> [Figure] {
        let during = rows.filter { $0.role == .backChannel && $0.wasTalking }
        return [
            Figure(p + "talking-at-onset", share: rows.filter { $0.role == .backChannel }.map(\.wasTalking)),
            Figure(p + "talked-on", share: during.compactMap(\.talkedOn)),
            Figure(p + "wrong-stops", share: during.compactMap(\.talkedOn).map { !$0 }),
            Figure(p + "same-answer-continued", share: during.compactMap(\.right)),
        ] + grouped(p + "talked-on.text.", during, by: \.user) { Figure($0, share: $1.compactMap(\.talkedOn)) }
    }

    /// What is not meant for the assistant: it goes on, or stays silent.
    private static func aside(_ p: String, _ rows: [Row]) -> [Figure] {
        let asides = rows.filter(\.role.isAside), during = asides.filter(\.wasTalking)
        let ignored = { (row: Row) in row.interaction?.isIgnored }
        return [
            Figure(p + "ignored", share: asides.compactMap(ignored)),
            Figure(p + "ignored.in-silence", share: asides.filter { !$0.wasTalking }.compactMap(ignored)),
            Figure(p + "ignored.over-speech", share: during.compactMap(ignored)),
            Figure(p + "talked-on", share: during.compactMap(\.talkedOn)),
        ] + grouped(p + "ignored.kind.", asides, by: \.kind) { Figure($0, share: $1.compactMap(ignored)) }
    }

    /// v1.5 "user interruption": stop latency from the true onset, not capped by the length of the overlap; then the new answer.
    private static func interruption(_ p: String, _ rows: [Row]) -> [Figure] {
        let all = rows.filter { $0.role == .interruption }, during = all.filter(\.wasTalking)
        return [
            Figure(p + "talking-at-onset", share: all.map(\.wasTalking)),
            Figure(
                p + "stopped-within-640-ms", share: during.map { ($0.stopSeconds ?? .infinity) <= stopSecondsMax }),
            Figure(p + "stopped", share: during.map(\.stoppedInTime)),
            Figure(p + "stop-latency.median", quantile: 0.5, of: during.compactMap(\.stopSeconds)),
            Figure(p + "stop-latency.p90", quantile: 0.9, of: during.compactMap(\.stopSeconds)),
            Figure(p + "take-over", share: during.map(\.tookOver)),
        ] + latency(p, during) + accuracy(p, during)
    }

    /// Stop, go on, say that again: the expected behaviour is right; a stop must also come soon enough.
    private static func stop(_ p: String, _ rows: [Row]) -> [Figure] {
        let judged = rows.filter { [.stop, .goOn, .again].contains($0.role) }
        let stops = judged.filter { $0.role == .stop && $0.wasTalking }
        return [
            Figure(p + "right", share: judged.map(\.behavedRight)),
            Figure(p + "stopped", share: stops.map(\.stoppedInTime)),
            Figure(p + "stop-latency.median", quantile: 0.5, of: stops.compactMap(\.stopSeconds)),
        ] + grouped(p + "right.role.", judged, by: \.role.rawValue) { Figure($0, share: $1.map(\.behavedRight)) }
    }

    /// Replies without a request, per hour of listening and per sound.
    private static func silence(_ p: String, _ rows: [Row]) -> [Figure] {
        let quiet = rows.filter { $0.role == .none }, sounds = quiet.filter { $0.kind != "wait" }
        return [falseStarts(p + "false-starts", quiet), Figure(p + "replied-to-sound", share: sounds.map(\.replied))]
            + grouped(p + "false-starts.condition.", quiet, by: \.condition, falseStarts)
            + grouped(p + "replied-to-sound.kind.", sounds, by: \.kind) { Figure($0, share: $1.map(\.replied)) }
    }

    /// Sounds that ask for nothing, each in its own conversation: a reply is a mistake.
    private static func noSpeech(_ p: String, _ rows: [Row]) -> [Figure] {
        let sounds = rows.filter { $0.role == .none }
        return [Figure(p + "replied", share: sounds.map(\.replied))]
            + grouped(p + "replied.kind.", sounds, by: \.kind) { Figure($0, share: $1.map(\.replied)) }
    }

    /// The assistant's own voice must neither stop it nor be answered.
    private static func echo(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role.isAsking && !$0.wasTalking }
        let disturbed = { (row: Row) in row.selfInterruptions + row.falseStarts > 0 }
        return [Figure(p + "self-interruptions", share: asked.map(disturbed))] + accuracy(p, asked)
            + grouped(p + "self-interruptions.condition.", asked, by: \.condition) {
                Figure($0, share: $1.map(disturbed))
            }
            + grouped(p + "right.condition.", asked, by: \.condition) { Figure($0, share: $1.compactMap(\.right)) }
    }

    /// The same requests over worse channels; differences are relative to the condition "clean".
    private static func degraded(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role.isAsking && $0.right != nil }
        let conditions = grouped(p + "right.condition.", asked, by: \.condition) {
            Figure($0, share: $1.compactMap(\.right))
        }
        let clean = conditions.first { $0.name == p + "right.condition.clean" }?.value
        return accuracy(p, asked) + conditions
            + conditions.compactMap { figure in
                guard let clean, let value = figure.value else { return nil }
                let name = figure.name.replacing("right.", with: "difference.")
                return Figure(name, value - clean, .difference, n: figure.n)
            }
    }

    /// Whether facts told earlier are recalled, by how long ago they were told.
    private static func memory(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role == .recall }
        return [Figure(p + "right", share: asked.compactMap(\.right))]
            + grouped(p + "right.condition.", asked, by: \.condition) { Figure($0, share: $1.compactMap(\.right)) }
            + [falseStarts(p + "false-starts", rows.filter { $0.kind == "wait" })]
    }

    /// Requests that cannot be answered: refusing is right, a confident answer is the worst.
    private static func unknown(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role == .unknown }
        return [
            Figure(p + "refused", share: asked.map { $0.right == true }),
            Figure(p + "wrong-answer", share: asked.map { $0.right != true && $0.replied }),
            Figure(p + "silent", share: asked.map { $0.right != true && !$0.replied }),
        ]
    }

    /// Sentences to repeat after the caller: whole sentences, and words.
    private static func repetition(_ p: String, _ rows: [Row]) -> [Figure] {
        let asked = rows.filter { $0.role.isAsking && $0.expected?.isEmpty == false }
        let pairs = asked.map { (wanted: Judge.normalized($0.expected![0]), said: Judge.normalized($0.said)) }
        let words = pairs.reduce(0) { $0 + $1.wanted.count }
        let errors = pairs.reduce(0) { $0 + WordErrors.count($1.wanted, $1.said) }
        return [
            Figure(p + "right", share: asked.compactMap(\.right)),
            Figure(p + "word-error-rate", words == 0 ? nil : Double(errors) / Double(words), .errorRate, n: words),
        ]
    }

    // MARK: Shared

    static func accuracy(_ p: String, _ rows: [Row]) -> [Figure] {
        let judged = rows.filter { $0.right != nil }
        return [
            Figure(p + "right", share: judged.compactMap(\.right)),
            Figure(p + "right.slot", share: judged.filter(\.slot).compactMap(\.right)),
            Figure(p + "right.one-answer", share: judged.filter { !$0.slot }.compactMap(\.right)),
        ]
    }

    /// Signed latencies, not clamped; beside them v1's mean, clamped and over take-overs only.
    private static func latency(_ p: String, _ rows: [Row]) -> [Figure] {
        let values = rows.compactMap(\.latency)
        let clamped = rows.filter(\.tookOver).compactMap(\.latency).map {
            FullDuplexBench.latency(firstWord: $0, turnEnd: 0)
        }
        return [
            Figure(p + "latency.median", quantile: 0.5, of: values),
            Figure(p + "latency.p90", quantile: 0.9, of: values),
            Figure(p + "latency.v1-mean", mean: clamped),
        ]
    }

    /// The share of answers that broke off: stopped early although nobody interrupted.
    private static func brokeOff(_ p: String, _ rows: [Row]) -> [Figure] {
        let answers = rows.flatMap { row in (0..<row.answers).map { $0 < row.brokeOff } }
        return answers.isEmpty ? [] : [Figure(p + "broke-off", share: answers)]
    }

    private static func falseStarts(_ name: String, _ rows: [Row]) -> Figure {
        let hours = rows.reduce(0) { $0 + $1.observedSeconds } / 3600, count = rows.reduce(0) { $0 + $1.falseStarts }
        return Figure(name, hours > 0 ? Double(count) / hours : nil, .perHour, n: rows.count)
    }

    /// One figure for each value of `key`, in order of first appearance.
    static func grouped(
        _ prefix: String, _ rows: [Row], by key: (Row) -> String?, _ make: (String, [Row]) -> Figure
    ) -> [Figure] {
        var order: [String] = [], members: [String: [Row]] = [:]
        for row in rows {
            guard let name = key(row) else { continue }
            if members[name] == nil { order.append(name) }
            members[name, default: []].append(row)
        }
        return order.map { make(prefix + $0, members[$0]!) }
    }
}

extension SceneTurn.Role {
    /// Whether the turn wants an answer that is judged as one.
    var isAsking: Bool { [.request, .recall, .interruption].contains(self) }

    /// Whether it is made by somebody, but is no turn.
    var isAside: Bool { [.backChannel, .vocalTic, .sideTalk].contains(self) }

    /// Whether the caller speaks to the assistant.
    var isSpeech: Bool { ![.none, .vocalTic, .sideTalk].contains(self) }
}

extension Row {
    /// Whether the assistant fell silent before the turn ended, or within 640 ms after.
    var stoppedInTime: Bool { (stopSeconds ?? .infinity) <= turnSeconds + Quantities.stopSecondsMax }

    /// The expected behaviour, or any answer if the script names none; a stop while the assistant was talking must also be timely.
    var behavedRight: Bool {
        role == .stop ? (right ?? true) && (!wasTalking || stoppedInTime) : right ?? tookOver
    }
}
