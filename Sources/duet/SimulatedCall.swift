// One simulated caller of a real protocol: what it says, how its network is, how it reads, and what mischief it makes.

internal import Audio
internal import Basics
internal import Foundation
internal import Wire

/// A caller and its session on a virtual server. All chance from its own generator.
struct SimulatedCall {
    /// What the caller does beside talking.
    enum Habit: Int, CaseIterable { case polite, silent, bursty, stalling, flooding, hostile, remembering }
    /// How it reads what it is sent.
    enum Reader: Int, CaseIterable { case prompt, slow, stuck }

    let habit: Habit, reader: Reader, path: String
    let session: VirtualSession
    /// Its level, so that whoever hears it knows whose voice it is.
    private let voice: Float
    private let client: any ClientWire
    private var random: Random
    /// Packets that it will speak, and has spoken.
    private let packetsMax: Int
    private var packets = 0
    private var isLoud = false, segment = 10
    /// Messages that its network keeps back.
    private var kept: [WireMessage] = []
    private var stall = 0
    /// The server's side of the connection.
    private(set) var queue = MessageQueue(bytesMax: 256 << 10)
    /// Packets since it fell silent after at least half a second of speech, without hearing anything.
    private var unanswered: Int?
    /// Pieces of history that were sent, and taken.
    private var remembered = 0, taken = 0
    private(set) var isOver = false
    private var hasClose = false, hasLeft = false
    private(set) var violations: [String] = []
    private(set) var fingerprint = Fingerprint()

    init(_ session: VirtualSession, number: Int, random: Random) {
        (self.session, self.random, path) = (session, random, session.path)
        voice = 0.1 + Float(number % 80) / 100
        client = try! ClientWires.make(path: session.path, format: AudioFormat(codec: .pcm, rate: SampleTime.rate)!)!
        habit = Habit.allCases[self.random.below(Habit.allCases.count)]
        reader = Reader.allCases[self.random.below(Reader.allCases.count)]
        packetsMax = 50 + self.random.below(800)
        client.opening().forEach { session.send($0) }
    }

    /// Twenty milliseconds.
    mutating func turn() throws {
        hear()
        guard !isOver else { return }
        guard packets < packetsMax else { return leave() }
        packets += 1
        kept += try client.encode(speak())
        misbehave()
        send()
    }

    // MARK: What it says

    private mutating func speak() -> [Float] {
        segment -= 1
        if segment < 0 {
            isLoud.toggle()
            segment = isLoud ? 25 + random.below(50) : 75 + random.below(100)
            unanswered = isLoud || habit == .silent ? nil : 0
        }
        let level = isLoud && habit != .silent ? voice : 0
        return [Float](repeating: level, count: SampleTime.rate / 50)
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
        for message in kept where !session.isOver { session.send(message) }
        kept.removeAll(keepingCapacity: true)
    }

    private mutating func misbehave() {
        if habit == .hostile, random.below(5) == 0 { kept.append(Mischief.message(&random)) }
        guard habit == .remembering, path.hasSuffix("realtime"), packets == 5 else { return }
        remembered = 1 + random.below(512)
        for i in 0..<remembered { kept.append(.text(Mischief.historyItem(i))) }
    }

    /// Says good-bye, or is gone without a word.
    private mutating func leave() {
        hasLeft = true
        session.send(random.below(2) == 0 ? client.closing() : .close(code: 1000, reason: ""))
        hear()
        isOver = true
        // What it asked for was answered before the end.
        if reader == .prompt, taken < remembered { blame("\(taken) of \(remembered) items were taken") }
    }

    // MARK: What it hears

    private mutating func hear() {
        for (message, _) in session.receive() {
            if hasClose { blame("a message behind the close") }
            if case .close = message { hasClose = true }
            if !queue.push([message]), !hasClose { lose() }
            if reader == .prompt, let message = queue.pop() { read(message) }
        }
        if queue.bytes > 256 << 10 || queue.placesHeld > 4 * MessageQueue.messagesMax {
            blame("\(queue.bytes) bytes and \(queue.placesHeld) places wait")
        }
        if reader == .slow, packets % 4 == 0, let message = queue.pop() { read(message) }
        if session.isOver { end() }
        unanswered = unanswered.map { $0 + 1 }
        if let waited = unanswered, waited > Self.patience, isAnswerable {
            blame("spoke and was not answered")
            unanswered = nil
        }
    }

    /// Packets in which whoever spoke and fell silent hears something: the model needs three slices, what came in bursts its time.
    private static let patience = 70
    /// Moshi's Opus has no place for a level that does not change, which is how these callers speak.
    private var isAnswerable: Bool {
        reader == .prompt && (habit == .polite || habit == .remembering) && path != "/api/chat"
    }

    /// A client that does not read misses messages; one whose protocol knows none that may be missed is let go.
    private mutating func lose() {
        if reader == .prompt { blame("a message does not fit though all were read") }
        if WireProtocols.entry(path: path)?.losesNothing == true { isOver = true }
    }

    private mutating func end() {
        isOver = true
        if !hasClose, !hasLeft { blame("a session ends without a close") }
    }

    private mutating func read(_ message: WireMessage) {
        if case .text(let text) = message {
            guard text.utf8.count < 256 << 10, let event = Mischief.object(text) else {
                return blame("a message that is no JSON object, or too long")
            }
            let type = event["type"] as? String ?? ""
            if type == "conversation.item.added", text.contains("old_") { taken += 1 }
            fingerprint.add(type)
        }
        for heard in client.read(message, at: session.seconds) {
            if case .audio(let samples) = heard { listen(samples) }
        }
    }

    private mutating func listen(_ samples: [Float]) {
        fingerprint.add(UInt64(samples.count))
        if samples.contains(where: { abs($0) > 0.02 }) { unanswered = nil }
        // Elsewhere the codec changes the samples.
        guard ["/v1/duplex", "/v1/live/sessions"].contains(path), habit != .hostile else { return }
        if let foreign = samples.first(where: { abs($0) > voice + 0.002 }) {
            blame("hears \(foreign), and is \(voice)")
        }
    }

    private mutating func blame(_ message: String) {
        violations.append("\(path) \(habit) \(reader) at \(session.seconds) s: \(message)")
    }
}
