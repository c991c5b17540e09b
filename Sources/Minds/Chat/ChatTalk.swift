// A talk with a mind in text alone, in real time: what `duet chat` does.
//
//  script or keyboard ─▶ words at speaking pace ─▶ ChatModel ─▶ engine ─▶ mind ─▶ engine ─▶ lines

public import Basics
public import Dialogue

/// One talk. `step` is called often, with the time; nothing else happens by itself.
public final class ChatTalk {
    /// One slice in which something happened.
    public struct Line: Hashable, Sendable {
        public var milliseconds: Int64
        public var user = "", mind: [String] = [], assistant = ""

        var isEmpty: Bool { user.isEmpty && mind.isEmpty && assistant.isEmpty }
    }

    /// Words a second of a typed text: the pace of speech.
    public static let wordsPerSecond = 2.5

    private let model = ChatModel()
    private let engine: Engine
    private let slot: Slot
    private let start: Instant
    private let mailbox = Mailbox<MindEvent>(countMax: 4096)
    private var seat: (any MindSeat)?
    private var actions: [EngineAction] = []
    private var events: [MindEvent] = []
    /// Words to be typed, and when the next one is due.
    private var pending: [Substring] = [], nextWord = Instant.zero
    private var audioEnd = Instant.zero
    private var line: Line
    private var lines: [Line] = []
    private var lastCall: String?
    /// Words that the assistant has said.
    public private(set) var spokenCount = 0
    /// What the mind's answers came to.
    public private(set) var usage = MindUsage()
    /// Whether it speaks, whether an answer is awaited, and whether that has words to say.
    private var isSpeaking = false, isAwaiting = false, willSpeak = false
    /// Whether an answer that is due is being written.
    private var isWriting = false
    /// Slices since then.
    private var quietSlices = 3

    /// Throws if the mind has no room.
    public init(_ mind: any Mind, setup: MindSetup, rules: MindRules, at now: Instant) throws(MindFailure) {
        var limits = Dialogue.Limits()
        limits.mind = rules
        do { engine = try Engine(model: model, limits: limits, start: now) } catch {
            throw MindFailure(.malformed, "\(error)")
        }
        (slot, start, audioEnd, line) = (engine.allocate()!, now, now, Line(milliseconds: 0))
        seat = mind.open { [mailbox] in mailbox.push($0, urgent: true) }
        guard seat != nil else { throw MindFailure(.full, "The mind has no room.") }
        engine.deliver(.open(slot, seed: 0), at: now)
        engine.deliver(.configure(slot, setup), at: now)
    }

    /// Types a text, word by word.
    public func type(_ text: String) {
        pending += text.split(whereSeparator: \.isWhitespace)
        quietSlices = 0
    }

    /// The result of the tool that was called last.
    public func result(_ output: String, at now: Instant) {
        if let lastCall {
            engine.deliver(.result(slot, ToolResult(id: lastCall, output: output), answers: true), at: now)
        }
    }

    public func close(at now: Instant) { engine.deliver(.close(slot), at: now) }

    /// Whether nobody speaks and nothing is awaited, for some slices: an unfinished statement may go on behind an answer.
    public var isQuiet: Bool { quietSlices >= 3 }
    private var isIdle: Bool { pending.isEmpty && !model.hasTyped && !isSpeaking && !isAwaiting && !isWriting }

    /// Does what is due. Returns the slices in which something happened.
    public func step(at now: Instant) -> [Line] {
        mailbox.drain(into: &events)
        for event in events {
            engine.deliver(.mind(slot, event), at: now)
            note(event)
        }
        typeDue(at: now)
        // Packets of 20 ms: time passes. There is a sound in them, because words in long silence would be taken for a dream.
        while now.since(audioEnd) >= 20_000_000 {
            audioEnd = audioEnd.advanced(milliseconds: 20)
            engine.deliver(
                .audio(slot, [Float](repeating: 0.01, count: ChatModel.clock.samples(milliseconds: 20))), at: now)
        }
        while engine.tick(at: now) == .again {}
        engine.drain(into: &actions)
        for action in actions { see(action, at: now) }
        defer { lines = [] }
        return lines
    }

    private func typeDue(at now: Instant) {
        guard !pending.isEmpty, now >= nextWord else { return }
        model.type(String(pending.removeFirst()))
        (isAwaiting, willSpeak) = (true, false)
        nextWord = now.advanced(nanoseconds: Int64(1e9 / Self.wordsPerSecond))
    }

    private func see(_ action: EngineAction, at now: Instant) {
        switch action {
        case .mind(_, let request):
            seat?.take(request)
            note(request)
        case .userText(_, let piece, _): line.user += piece
        case .userEnd: line.user += " ⏎"
        case .assistantText(_, let piece, _):
            line.assistant += piece
            spokenCount += 1
        case .assistantEnd:
            line.assistant += " ⏎"
            (isAwaiting, willSpeak) = (false, false)
        case .interrupted:
            line.assistant += " ✂"
            (isAwaiting, willSpeak) = (false, false)
        case .speaking: isSpeaking = true
        case .listening: isSpeaking = false
        case .call(_, let call, _):
            lastCall = call.id
            line.mind.append("calls \(call.name) \(call.arguments)")
        case .mindFailed(_, let failure): line.mind.append("failed: \(failure.message)")
        case .audio: endSlice()
        default: break
        }
    }

    private func endSlice() {
        quietSlices = isIdle ? quietSlices + 1 : 0
        if !line.isEmpty { lines.append(line) }
        line = Line(milliseconds: line.milliseconds + Int64(ChatModel.clock.sliceMilliseconds))
    }

    private func note(_ request: MindRequest) {
        usage.note(request)
        switch request {
        case .answer(let answer, let isProvisional):
            isWriting = true
            line.mind.append(isProvisional ? "answers? (\(answer))" : "answers (\(answer))")
        case .commit: line.mind.append("commit")
        case .rollback(let answer):
            isWriting = false
            line.mind.append("rollback (\(answer))")
        case .cut(let answer, let heard):
            isWriting = false
            line.mind.append("cut (\(answer)) after \"\(heard)\"")
        case .configure, .append, .hear, .rehear, .probe, .result, .close: break
        }
    }

    private func note(_ event: MindEvent) {
        usage.note(event)
        switch event {
        case .likelihood(_, let value): line.mind.append("over? \((value * 10).rounded() / 10)")
        case .end(_, let end):
            isWriting = false
            line.mind.append("\(end.rawValue)")
            isAwaiting = willSpeak || end == .calls
        case .words: willSpeak = true
        case .failed: (isAwaiting, isWriting) = (false, false)
        case .call: break
        }
    }
}
