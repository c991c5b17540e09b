// Many real-time conversations from one process, cheap enough to stand beside the server that it measures: what is said is
// encoded once for all of them, and what comes back is timed, not decoded.

internal import Basics
internal import Evaluation
internal import Foundation
internal import Sockets
internal import Synchronization
internal import Wire

/// What all the listeners together would have noticed.
struct LoadResult: Sendable {
    /// Answers that began after a clip's end and before the end of the next.
    var answers = 0
    var clips = 0
    /// Pauses of the output that outlasted the jitter buffer, in seconds.
    var gaps: [Double] = []
    /// From a clip's last loud sample to the message that its answer begins, in seconds.
    var latencies: [Double] = []
    /// By how much each packet came later than the first of its session would have it, in seconds.
    var lateness: [Double] = []
    /// When each packet came, on the monotonic clock, and how late, without a jitter buffer that starts anew. In seconds.
    var arrivals: [(at: Double, late: Double)] = []
    var failures: [String] = []

    mutating func add(_ other: LoadResult) {
        answers += other.answers
        clips += other.clips
        gaps += other.gaps
        latencies += other.latencies
        lateness += other.lateness
        arrivals += other.arrivals
        failures += other.failures
    }

    /// The value that a share of all are not above. [0, 1]
    static func percentile(_ values: [Double], _ share: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty
            ? .nan : sorted[min(sorted.count - 1, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
}

/// Clips with silence behind each, as Opus packets of 20 ms, to be said in turn.
struct ClipLoop: Sendable {
    static let format = AudioFormat(codec: .opus, rate: 24_000)!
    static let packetSeconds = 0.02

    /// Packets of each clip, and where within them its last loud sample is, in seconds.
    private let clips: [(packets: [[UInt8]], end: Double)]

    /// 16-kHz clips, each followed by `pause` seconds of silence.
    init(_ clips: [[Float]], pause: Double = 4) throws {
        self.clips = try clips.map { clip in
            let encoder = try AudioEncoder(Self.format), silence = Int(pause * Double(SampleTime.rate))
            let whole = SampleTime.rate / 50
            let padded = clip + Array(repeating: 0, count: silence + (whole - clip.count % whole) % whole)
            let end = Recording.spans(clip).last?.end ?? Double(clip.count) / Double(SampleTime.rate)
            return (try encoder.encode(padded), end)
        }
    }

    /// What a session says in `seconds` that begins with clip `first`: its packets, and the seconds at which clips end.
    func script(from first: Int, seconds: Double) -> (packets: [[UInt8]], ends: [Double]) {
        var packets: [[UInt8]] = [], ends: [Double] = [], next = first
        let count = Int(seconds / Self.packetSeconds)
        while packets.count < count {
            let clip = clips[next % clips.count]
            ends.append(Double(packets.count) * Self.packetSeconds + clip.end)
            packets += clip.packets
            next += 1
        }
        return (Array(packets.prefix(count)), ends)
    }
}

/// Holds conversations with a server.
struct LoadGenerator: Sendable {
    var url: String
    var loop: ClipLoop
    var sessions: Int
    var seconds: Double
    /// A listener's jitter buffer, in seconds.
    var jitter: Double

    /// Blocks until the last session has ended.
    func run() -> LoadResult {
        let results = Mutex((sum: LoadResult(), finished: 0))
        for index in 0..<sessions {
            let thread = Thread { [self] in
                // Spread over a slice, and not in step with it.
                Thread.sleep(forTimeInterval: Double(index) * 0.037)
                var result = LoadResult()
                do { result = try LoadSession(self, index: index).run() } catch {
                    result.failures = ["session \(index): \(error)"]
                }
                results.withLock {
                    $0.sum.add(result); $0.finished += 1
                }
            }
            thread.stackSize = 1 << 19
            thread.start()
        }
        while results.withLock({ $0.finished }) < sessions { Thread.sleep(forTimeInterval: 0.2) }
        return results.withLock { $0.sum }
    }
}

/// One of them: a thread sends at the pace of speech, another receives.
private final class LoadSession: @unchecked Sendable {
    private let client: WebSocketClient
    private let packets: [[UInt8]], ends: [Double], jitter: Double
    private let started: Instant
    private let isOver = Atomic<Bool>(false)
    /// Why nothing more is sent.
    private let trouble = Mutex<String?>(nil)
    /// The server has this long for the last goodbye.
    private static let farewellSeconds = 15.0

    init(_ load: LoadGenerator, index: Int) throws {
        (packets, ends) = load.loop.script(from: index, seconds: load.seconds)
        jitter = load.jitter
        client = try WebSocketClient(load.url)
        try client.send(text: TalkSession.start(ClipLoop.format))
        guard case .text(let answer)? = try client.receive(), answer.contains("session.started") else {
            throw WebSocketError.broken("the server did not start the session")
        }
        started = MonotonicClock.now()
    }

    private var elapsed: Double { Double(MonotonicClock.now().since(started)) * 1e-9 }

    func run() throws -> LoadResult {
        let sender = Thread { [self] in
            do { try send() } catch { trouble.withLock { $0 = "sending: \(error)" } }
        }
        sender.stackSize = 1 << 19
        sender.start()
        defer { isOver.store(true, ordering: .relaxed) }
        return try receive()
    }

    private func send() throws {
        for (i, packet) in packets.enumerated() where !isOver.load(ordering: .relaxed) {
            let wait = Double(i + 1) * ClipLoop.packetSeconds - elapsed
            if wait > 0 { Thread.sleep(forTimeInterval: wait) }
            try client.send(binary: packet)
        }
        try client.send(text: TalkSession.close)
    }

    private func receive() throws -> LoadResult {
        var result = LoadResult(), played = 0, origin = 0.0, first = 0.0, answered: Set<Int> = []
        result.clips = ends.filter { $0 + 1 < Double(packets.count) * ClipLoop.packetSeconds }.count
        while let message = try client.receive(timeout: 15) {
            let now = elapsed
            if let why = trouble.withLock({ $0 }) { throw WebSocketError.broken(why) }
            guard now < Double(packets.count) * ClipLoop.packetSeconds + Self.farewellSeconds else {
                throw WebSocketError.broken("the server did not close")
            }
            switch message {
            case .binary:
                if played == 0 { (origin, first) = (now, now) }
                // When it is due if the first one was played after the jitter buffer's time.
                let late = now - origin - Double(played) * ClipLoop.packetSeconds
                result.lateness.append(late)
                let at = Double(started.nanoseconds) * 1e-9 + now
                result.arrivals.append((at, now - first - Double(played) * ClipLoop.packetSeconds))
                if late > jitter {
                    result.gaps.append(late - jitter)
                    origin += late - jitter
                }
                played += 1
            case .text(let text):
                // Time that the server skipped is never played.
                if played > 0, let skipped = OverloadNotice.milliseconds(text) { played += skipped / 20 }
                guard text.contains("session.state"), text.contains("speaking") else { continue }
                guard let clip = ends.lastIndex(where: { $0 <= now }), answered.insert(clip).inserted else { continue }
                result.answers += 1
                result.latencies.append(now - ends[clip])
            case .close(let code, let reason):
                if code != 1000 { result.failures.append("closed with \(code) \(reason)") }
                return result
            }
        }
        throw WebSocketError.broken("nothing came for 15 s")
    }
}
