// One conversation of a load: what it sends and when, and what its listener notices.

internal import Audio
internal import Evaluation
internal import Foundation
internal import Wire

/// One client. All times are seconds since the load began.
public struct LoadTalk {
    private enum State { case connecting, starting, talking, closing, over }

    /// Longest wait for any message from the server, also after `close`.
    private static let patienceSeconds = 15.0
    private static let start = WebSocketSwarm.frame(text: DuetClient.start(ClipLoop.format))
    private static let close = WebSocketSwarm.frame(text: DuetClient.close)

    private let index: Int
    private let loop: ClipLoop
    private let packets: [[UInt8]], starts: [Double], ends: [Double], jitter: Double
    private let connectBegan: Double
    private var state = State.connecting
    /// When it started to talk, and when the last message came.
    private var started = 0.0, lastMessageAt: Double
    private var sent = 0
    /// Seconds of audio received, and when the first of it would have to arrive for none to be late.
    private var played = 0.0, origin = 0.0
    private var first = 0.0
    private var answered = -1
    /// What the server understood during each clip and the pause after it.
    private var heard: [String]
    private var result = LoadResult()
    /// Whether the client presented a key.
    var hasKey = false

    /// Says the clips of `loop` in turn for this many seconds, beginning with clip `index`.
    public init(index: Int, loop: ClipLoop, seconds: Double, jitter: Double, at now: Double) {
        (self.index, self.loop, self.jitter) = (index, loop, jitter)
        let script = loop.script(from: index, seconds: seconds)
        (packets, starts, ends) = (script.packets, script.starts, script.ends)
        (connectBegan, lastMessageAt) = (now, now)
        heard = Array(repeating: "", count: ends.count)
        // The answer to the last clip would come too late to be counted.
        result.clips = Self.complete(script)
        result.lateness.reserveCapacity(packets.count / 4)
        result.sendings.reserveCapacity(packets.count)
    }

    /// Clips that end so early that an answer to them can be counted.
    private static func complete(_ script: ClipLoop.Schedule) -> Int {
        script.ends.count { $0 + 1 < Double(script.packets.count) * ClipLoop.packetSeconds }
    }

    public var isOver: Bool { state == .over }

    /// Adds this listener's observations.
    public func add(to sum: inout LoadResult) {
        sum.answers += result.answers
        sum.clips += result.clips
        sum.gaps += result.gaps
        sum.latencies += result.latencies
        sum.lateness += result.lateness
        sum.arrivals += result.arrivals
        sum.admissions += result.admissions
        sum.sendings += result.sendings
        sum.failures += result.failures
        // A server that refuses somebody has not misunderstood them.
        for clip in 0..<(result.failures.isEmpty ? result.clips : 0) {
            guard let text = loop.text(loop.clip(clip, from: index)) else { continue }
            let errors = WordErrors.count(wanted: text, said: heard[clip])
            sum.words.wanted += errors.words
            sum.words.wrong += errors.wrong
        }
    }

    public mutating func fail(_ why: String) {
        result.failures.append("session \(index): \(why)")
        state = .over
    }

    // MARK: Sending

    /// Sends the packets whose last sample has been spoken by now.
    public mutating func sendDue(_ swarm: WebSocketSwarm, at now: Double) {
        guard state != .over else { return }
        if now - lastMessageAt > Self.patienceSeconds {
            swarm.hangUp(index)
            return fail("nothing came for \(Int(Self.patienceSeconds)) s")
        }
        guard state == .talking else { return }
        do {
            while sent < packets.count, case let due = started + Double(sent + 1) * ClipLoop.packetSeconds, due <= now {
                try swarm.send(packets[sent], from: index)
                result.sendings.append(now - due)
                sent += 1
            }
            guard sent == packets.count else { return }
            state = .closing
            try swarm.send(Self.close, from: index)
        } catch { fail("sending: \(error)") }
    }

    // MARK: Receiving

    public mutating func take(_ event: WebSocketSwarm.Event, _ swarm: WebSocketSwarm, at now: Double) {
        guard state != .over else { return }
        lastMessageAt = now
        switch event {
        case .opened:
            state = .starting
            do { try swarm.send(Self.start, from: index) } catch { fail("\(error)") }
        case .text(let text): read(text, at: now)
        case .binary(let packet): play(OpusPacket.seconds(packet), at: now)
        case .failed(let error): fail(error.told(hasKey: hasKey))
        case .closed(let code, let reason):
            if code == 1000 { state = .over } else { fail("closed with \(code) \(reason)") }
        }
    }

    private mutating func read(_ text: String, at now: Double) {
        if state == .starting, text.contains("session.started") {
            (state, started) = (.talking, now)
            result.admissions.append(now - connectBegan)
        }
        // Time that the server skipped is never played.
        if played > 0, let skipped = OverloadNotice.milliseconds(text) { played += Double(skipped) / 1000 }
        if text.contains("session.input_transcript.delta") { note(text, at: now) }
        guard text.contains("session.state"), text.contains("speaking") else { return }
        guard let clip = ends.lastIndex(where: { $0 <= now - started }), clip > answered else { return }
        answered = clip
        result.answers += 1
        result.latencies.append((loop.clip(clip, from: index), now - started - ends[clip]))
    }

    private mutating func note(_ text: String, at now: Double) {
        guard let clip = starts.lastIndex(where: { $0 <= now - started }),
            let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        else { return }
        heard[clip] += event["delta"] as? String ?? ""
    }

    private mutating func play(_ seconds: Double?, at now: Double) {
        guard let seconds else { return fail("what came is no Opus") }
        if played == 0 { (origin, first) = (now, now) }
        // Lateness relative to a playback that starts with the first message.
        let late = now - origin - played
        result.lateness.append(late)
        result.arrivals.append((now, now - first - played))
        if late > jitter {
            result.gaps.append((now, late - jitter))
            origin += late - jitter
        }
        played += seconds
    }
}
