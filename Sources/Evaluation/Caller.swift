// The simulated user: follows a scene, listens to the assistant, and speaks when the scene says so.
//
//  heard(pcm), text(message) ─▶ ear, log ─▶ packet(at:): which turn is due? ─▶ microphone ─▶ channel ─▶ 20 ms

internal import Basics
internal import Wire

/// Pure logic; the driver owns the clock. Times are seconds from the start of the conversation.
public struct Caller {
    public static let packetSamples = Recording.rate / 50
    /// Silence after which the assistant has finished.
    private static let silenceSeconds = 0.7
    /// Silence after which no answer is expected any more.
    private static let patienceSeconds = 3.0
    /// How long after a turn an answer may still begin, even if an interrupted one has just died away.
    private static let answerSeconds = 1.5
    private static let lastSilenceSeconds = 1.5
    private static let lastPatienceSeconds = 4.0
    private static let lastSecondsMax = 30.0
    /// Audio beyond this is not kept.
    private static let recordedSecondsMax = 120.0

    private let scene: Scene
    /// One per turn; nil for a turn without sound.
    private let clips: [Clip?]
    private var ear = Ear()
    private var channel: Channel
    private var echo: EchoPath?
    private var log = TalkLog()
    /// Number of turns begun.
    private var begun = 0
    /// The clip being played and the next sample's index; nil while nothing is played.
    private var playing: (clip: [Float], next: Int)?
    /// When the last turn ended.
    private var turnEnd = 0.0
    /// From when on the assistant's answer belongs to the last turn that wants one.
    private var answerSince = 0.0
    private var samplesSent = 0

    /// `clips`: one per turn, at their final level.
    public init(_ scene: Scene, clips: [Clip?], seed: UInt64) throws {
        invariant(clips.count == scene.turns.count, "a clip a turn")
        (self.scene, self.clips) = (scene, clips)
        channel = try Channel(scene, seed: seed)
        var random = Random(scene.id + " echo", seed: seed)
        echo = scene.echo.map { EchoPath($0, random: &random) }
    }

    /// The log of the finished conversation.
    public var result: TalkLog {
        var log = log
        log.loudness = Loudness(ear.loud)
        return log
    }

    // MARK: Listening

    public mutating func received(_ pcm: [Float], at now: Double) {
        let silence = ear.hear(pcm, at: now)
        echo?.play(pcm, silenceBefore: silence)
        if now < Self.recordedSecondsMax { _ = log.recording.play(pcm, at: now, jitterSeconds: 0.02) }
    }

    public mutating func text(_ message: String, at now: Double) {
        log.note(message, at: now)
        if now < Self.recordedSecondsMax { log.recording.note(message, at: now) }
    }

    /// The conversation failed.
    public mutating func failed(_ why: String) { log.failure = why }

    // MARK: Speaking

    /// The next 20 ms of the microphone, from `now` on; nil when the conversation is over.
    public mutating func packet(at now: Double) throws -> [Float]? {
        log.seconds = now
        if playing == nil, now >= turnEnd {
            if begun < scene.turns.count {
                if isDue(scene.turns[begun], at: now) { begin(at: now) }
            } else if isOver(at: now) {
                return nil
            }
        }
        let voice = microphone()
        let back = echo?.pick(Self.packetSamples, at: samplesSent) ?? []
        samplesSent += voice.count
        if now < Self.recordedSecondsMax { log.recording.user += voice }
        return try channel.pass(back.isEmpty ? voice : zip(voice, back).map { $0 + $1 })
    }

    private mutating func microphone() -> [Float] {
        guard let (clip, next) = playing else { return Array(repeating: 0, count: Self.packetSamples) }
        let voice = clip[next..<min(clip.count, next + Self.packetSamples)]
        playing = next + voice.count < clip.count ? (clip, next + voice.count) : nil
        return voice + Array(repeating: 0, count: Self.packetSamples - voice.count)
    }

    private func isDue(_ turn: SceneTurn, at now: Double) -> Bool {
        switch turn.when {
        case .into(let seconds):
            guard let onset = ear.firstLoud(from: answerSince) else { return now >= answerSince + Self.patienceSeconds }
            return now >= onset + seconds
        case .after(let seconds):
            if let last = ear.lastLoud, last > turnEnd {
                return now >= max(last + max(seconds, Self.silenceSeconds), turnEnd + Self.answerSeconds)
            }
            return now >= turnEnd + (expectsNothing ? seconds : max(seconds, Self.patienceSeconds))
        }
    }

    /// No answer is expected at the start or after a wait.
    private var expectsNothing: Bool {
        guard begun > 0 else { return true }
        if case .wait = scene.turns[begun - 1].act { return true }
        return false
    }

    private mutating func begin(at now: Double) {
        let turn = scene.turns[begun], clip = clips[begun]
        if case .wait(let seconds) = turn.act {
            turnEnd = now + seconds
        } else if let clip {
            turnEnd = now + clip.seconds
            playing = (clip.samples, 0)
        }
        func placed(_ span: Recording.Span) -> Recording.Span {
            Recording.Span(start: now + span.start, end: now + span.end)
        }
        let pause = clip?.pause.map(placed), speaks = turn.interactionKind == .turn
        log.turns.append(
            TalkLog.Turn(
                index: begun, start: now, end: turnEnd, pause: pause,
                wasTalking: ear.lastLoud.map { $0 > now - 0.4 } ?? false,
                silences: speaks ? clip?.silences.map(placed) ?? [] : []))
        if turn.opensAnswer { answerSince = turnEnd }
        begun += 1
    }

    private func isOver(at now: Double) -> Bool {
        guard now < turnEnd + Self.lastSecondsMax else { return true }
        guard let last = ear.lastLoud, last > turnEnd else {
            return now >= turnEnd + (expectsNothing ? Self.lastSilenceSeconds : Self.lastPatienceSeconds)
        }
        return now >= max(last, turnEnd) + Self.lastSilenceSeconds
    }
}
