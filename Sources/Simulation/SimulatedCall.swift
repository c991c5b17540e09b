// One simulated caller of a real protocol: what it says, how its network behaves, how it reads, and what mischief it makes.

internal import Audio
internal import Basics
internal import Dialogue
internal import Foundation
internal import Switchboard
internal import Wire

/// A caller and its session on a virtual server. All randomness comes from its own generator.
struct SimulatedCall {
    /// What the caller does besides talking.
    enum Habit: Int, CaseIterable { case polite, silent, bursty, stalling, flooding, hostile, remembering, returning }
    /// How it reads its messages.
    enum Reader: Int, CaseIterable { case prompt, slow, stuck }

    let habit: Habit, reader: Reader, path: String
    /// Its connection; a new one after it has resumed.
    private(set) var link: VirtualLink
    private let worker: VirtualWorker
    /// Its level, which tells its voice from others.
    private let voice: Float
    private let client: any ClientWire
    private var random: Random
    /// Packets in its call, and those so far.
    private let packetsMax: Int
    private var packets = 0
    private var isLoud = false, segment = 10
    /// Messages that its network holds back.
    private var kept: [WireMessage] = []
    private var stall = 0
    /// Packets without an answer since it fell silent after at least half a second of speech; nil if none is due.
    private var unanswered: Int?
    /// Items of history that it sent, and that the server accepted.
    private var remembered = 0, taken = 0
    private(set) var isOver = false
    /// When it first called.
    private let called: Instant
    /// What it needs to resume, when it will, and whether it shows a wrong token.
    private var session = "", token = ""
    private var returnsAt: Int?, isThief = false
    private(set) var violations: [String] = []
    private(set) var fingerprint = Fingerprint()
    /// Bytes that may be queued for it.
    private let bytesMax: Int

    /// Seconds since it first called.
    var seconds: Double { Double(worker.now.since(called)) * 1e-9 }
    /// It has lost its connection.
    var isAway: Bool { returnsAt != nil }

    init(_ link: VirtualLink, on worker: VirtualWorker, bytesMax: Int, number: Int, random: Random) {
        self.bytesMax = bytesMax
        (self.link, self.worker, self.random) = (link, worker, random)
        (path, called) = (link.path, worker.now)
        voice = 0.1 + Float(number % 80) / 100
        client = try! ClientWires.make(path: path, format: AudioFormat(codec: .pcm, rate: AudioFormat.clientRate)!)!
        habit = Habit.allCases[self.random.below(Habit.allCases.count)]
        reader = Reader.allCases[self.random.below(Reader.allCases.count)]
        packetsMax = 50 + self.random.below(800)
        client.opening().forEach { link.send($0) }
    }

    /// Twenty milliseconds of its call.
    mutating func turn() throws {
        packets += 1
        if let returnsAt {
            if packets >= returnsAt { comeBack() }
            return
        }
        receive()
        guard !isOver else { return }
        guard packets < packetsMax else { return leave() }
        if habit == .returning, !token.isEmpty, random.below(20) == 0 { return goAway() }
        kept += try client.encode(speak())
        misbehave()
        send()
    }

    // MARK: Sending

    private mutating func speak() -> [Float] {
        segment -= 1
        if segment < 0 {
            isLoud.toggle()
            segment = isLoud ? 25 + random.below(50) : 75 + random.below(100)
            unanswered = isLoud || habit == .silent ? nil : 0
        }
        let level = isLoud && habit != .silent ? voice : 0
        return [Float](repeating: level, count: AudioFormat.clientRate / 50)
    }

    private mutating func send() {
        switch habit {
        case .bursty where packets % 50 != 0: return
        case .stalling:
            if stall == 0, random.below(100) == 0 { stall = 1 + random.below(100) }
            stall = max(0, stall - 1)
            if stall > 0 { return }
        case .flooding where packets % 200 < 50: kept += kept.flatMap { Array(repeating: $0, count: 9) }
        default: break
        }
        for message in kept { link.send(message) }
        kept.removeAll(keepingCapacity: true)
    }

    private mutating func misbehave() {
        if habit == .hostile, random.below(5) == 0 { kept.append(Mischief.message(&random)) }
        guard habit == .remembering, path.hasSuffix("realtime"), packets == 5 else { return }
        remembered = 1 + random.below(512)
        for i in 0..<remembered { kept.append(.text(Mischief.historyItem(i))) }
    }

    /// Ends the session with the protocol's own message, or with a bare close frame.
    private mutating func leave() {
        link.send(random.below(2) == 0 ? client.closing() : .close(code: 1000, reason: ""))
        receive()
        isOver = true
        // All of its requests were answered before the end.
        if reader == .prompt, taken < remembered { blame("\(taken) of \(remembered) items were taken") }
    }

    // MARK: Resuming

    /// Loses the connection and tries to resume later, with its own token or a wrong one. One in four keeps the old connection.
    private mutating func goAway() {
        if random.below(4) > 0 { link.cut() }
        isThief = random.below(4) == 0
        returnsAt = packets + random.below(150)
    }

    private mutating func comeBack() {
        returnsAt = nil
        let entry = WireProtocols.entry(path: path)!, shown = isThief ? String(token.reversed()) : token
        guard let link = worker.open(resuming: session, entry, bytesMax: bytesMax) else {
            isOver = true
            return
        }
        self.link = link
        link.send(.text(#"{"type":"session.resume","id":"\#(session)","token":"\#(shown)"}"#))
        if isThief, !link.isOver { blame("takes up a session without its token") }
    }

    // MARK: Receiving

    private mutating func receive() {
        switch reader {
        case .prompt: while let (message, _) = link.read() { read(message) }
        case .slow: if packets % 4 == 0, let (message, _) = link.read() { read(message) }
        case .stuck: break
        }
        // A close is always queued, together with the messages before it.
        let most = bytesMax + (link.queue.isClosing ? 64 << 10 : 0)
        if link.queue.bytes > most || link.queue.placesHeld > 4 * MessageQueue.messagesMax {
            blame("\(link.queue.bytes) bytes and \(link.queue.placesHeld) places wait")
        }
        if link.isOver { isOver = true }
        unanswered = unanswered.map { $0 + 1 }
        if let waited = unanswered, waited > Self.patience, isAnswerable {
            blame("spoke and was not answered")
            unanswered = nil
        }
    }

    /// Packets within which a caller that fell silent must hear an answer: the model needs three slices, bursts take longer.
    private static let patience = 70
    /// These callers speak at a constant level, which Moshi's Opus does not keep. A mind may have nothing to say.
    private var isAnswerable: Bool {
        reader == .prompt && worker.board.engine.limits.mind == nil && (habit == .polite || habit == .remembering)
            && path != "/api/chat"
    }

    private mutating func read(_ message: WireMessage) {
        if case .text(let text) = message {
            guard text.utf8.count < 256 << 10, let event = Mischief.object(text) else {
                return blame("a message that is no JSON object, or too long")
            }
            let type = event["type"] as? String ?? ""
            if type == "session.started" { remember(event) }
            if type == "conversation.item.added", text.contains("old_") { taken += 1 }
            fingerprint.add(type)
        }
        for received in client.read(message, at: link.seconds) {
            if case .audio(let samples) = received { listen(samples) }
        }
    }

    private mutating func remember(_ started: [String: Any]) {
        let session = started["session"] as? [String: Any], ticket = session?["resume"] as? [String: Any]
        (self.session, token) = (session?["id"] as? String ?? "", ticket?["token"] as? String ?? "")
    }

    private mutating func listen(_ samples: [Float]) {
        fingerprint.add(UInt64(samples.count))
        if samples.contains(where: { abs($0) > 0.02 }) { unanswered = nil }
        // On other paths the codec changes the samples.
        guard ["/v1/duplex", "/v1/live/sessions"].contains(path), habit != .hostile else { return }
        // Resampling overshoots where a voice begins and ends.
        let isExact = worker.board.engine.plan.sampleRate == AudioFormat.clientRate
        let most = voice * (isExact ? 1 : 1.25) + 0.002
        if let foreign = samples.first(where: { abs($0) > most }) {
            blame("hears \(foreign), and is \(voice)")
        }
    }

    private mutating func blame(_ message: String) {
        violations.append("\(path) \(habit) \(reader) at \(link.seconds) s: \(message)")
    }
}
