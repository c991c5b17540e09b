// One real-time conversation of a client: sends a signal at its own pace, records what comes back.

internal import Basics
internal import Evaluation
internal import Foundation
internal import Glibc
internal import Sockets
internal import Synchronization
internal import Wire

/// Streams samples to a server and keeps both sides on one clock.
final class TalkSession: @unchecked Sendable {
    /// A source that is later than this, 200 ms, has paused; its time goes on.
    private static let lateSamplesMax = SampleTime.rate / 5

    private let client: WebSocketClient
    private let source: TalkSource
    private let format: AudioFormat
    /// Playback waits this long for the next packet before a gap is heard: the jitter buffer.
    private let jitterSeconds: Double
    private let onText: @Sendable (String) -> Void
    private let recording = Mutex(Recording())
    private let started: Instant
    /// Code and reason of the server's close.
    private let ending = Mutex<(code: UInt16, reason: String)?>(nil)
    /// Pauses of the output that a listener would hear, in seconds.
    private let gaps = Mutex([Double]())

    /// `samples` at 16 kHz. `onText` sees every text message.
    convenience init(
        url: String, samples: [Float], format: AudioFormat, jitterSeconds: Double = 0.02,
        onText: @escaping @Sendable (String) -> Void
    ) throws {
        try self.init(
            url: url, source: TalkSource(samples), format: format, jitterSeconds: jitterSeconds, onText: onText)
    }

    init(
        url: String, source: TalkSource, format: AudioFormat, jitterSeconds: Double = 0.02,
        onText: @escaping @Sendable (String) -> Void
    ) throws {
        self.source = source
        self.format = format
        self.jitterSeconds = jitterSeconds
        self.onText = onText
        client = try WebSocketClient(url)
        try client.send(text: Self.start(format))
        guard case .text(let answer)? = try client.receive(), answer.contains("session.started") else {
            throw WebSocketError.broken("the server did not start the session")
        }
        onText(answer)
        started = MonotonicClock.now()
    }

    /// The message that starts a session with `format` both ways.
    static func start(_ format: AudioFormat) -> String {
        let audio = "{\"type\":\"\(format.codec.rawValue)\",\"rate\":\(format.rate)}"
        return "{\"type\":\"session.start\",\"session\":{\"audio\":{\"input\":\(audio),\"output\":\(audio)}}}"
    }

    static let close = "{\"type\":\"session.close\"}"

    /// How the session ended, if the server ended it before it was asked to.
    var broken: String? { ending.withLock { $0 }.flatMap { $0.code == 1000 ? nil : "\($0.code) \($0.reason)" } }

    /// Talks until all samples are sent and the session is closed.
    func run() throws -> (recording: Recording, gaps: [Double]) {
        let sender = Thread { [self] in
            do { try send() } catch {
                // After the server's close there is nobody to send to.
                guard ending.withLock({ $0 == nil }) else { return }
                onText("{\"type\":\"client.error\",\"message\":\"\(error)\"}")
            }
        }
        sender.start()
        try receive()
        return (recording.withLock { $0 }, gaps.withLock { $0 })
    }

    private var elapsed: Double { Double(MonotonicClock.now().since(started)) * 1e-9 }

    private func send() throws {
        let encoder = try AudioEncoder(format)
        let packet = SampleTime.rate / 50
        while ending.withLock({ $0 == nil }), let samples = try source.packet(packet) {
            // The packet is sent when its last sample has been "spoken".
            let position = keepUp(packet)
            let wait = Double(position + packet) / Double(SampleTime.rate) - elapsed
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            for message in try encoder.encode(samples) { try client.send(binary: message) }
            recording.withLock { $0.user += samples }
        }
        try client.send(text: Self.close)
    }

    /// Where the next packet of `count` samples begins. What a live source did not say in time was silence.
    private func keepUp(_ count: Int) -> Int {
        let now = Int(elapsed * Double(SampleTime.rate)) - count
        return recording.withLock { r in
            let late = now - r.user.count
            if late > Self.lateSamplesMax { r.user += Array(repeating: 0, count: late) }
            return r.user.count
        }
    }

    private func receive() throws {
        let decoder = try AudioDecoder(format)
        while let message = try client.receive(timeout: 15) {
            switch message {
            case .binary(let bytes): if let pcm = decoder.decode(bytes) { play(pcm) }
            case .text(let text):
                note(text)
                onText(text)
            case .close(let code, let reason):
                ending.withLock { $0 = (code, reason) }
                return
            }
        }
        throw WebSocketError.broken("nothing came for 15 s")
    }

    private func play(_ pcm: [Float]) {
        let now = elapsed
        let gap = recording.withLock { $0.play(pcm, at: now, jitterSeconds: jitterSeconds) }
        if gap > 0 { gaps.withLock { $0.append(gap) } }
    }

    private func note(_ text: String) {
        let now = elapsed
        recording.withLock { $0.note(text, at: now) }
    }
}
