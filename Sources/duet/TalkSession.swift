// One real-time conversation of a client: sends a signal at its own pace, records what comes back.

internal import Basics
internal import Foundation
internal import Glibc
internal import Sockets
internal import Synchronization
internal import Wire

/// Streams samples to a server and keeps both sides on one clock.
final class TalkSession: @unchecked Sendable {
    private let client: WebSocketClient
    private let samples: [Float]
    private let format: AudioFormat
    /// Playback waits this long for the next packet before a gap is heard: the jitter buffer.
    private let jitterSeconds: Double
    private let onText: @Sendable (String) -> Void
    private let recording = Mutex(Recording())
    private let started: Instant
    private let finished = Atomic<Bool>(false)
    /// Pauses of the output that a listener would hear, in seconds.
    private let gaps = Mutex([Double]())

    /// `samples` at 16 kHz. `onText` sees every text message.
    init(
        url: String, samples: [Float], format: AudioFormat, jitterSeconds: Double = 0.02,
        onText: @escaping @Sendable (String) -> Void
    ) throws {
        self.samples = samples
        self.format = format
        self.jitterSeconds = jitterSeconds
        self.onText = onText
        client = try WebSocketClient(url)
        let audio = "{\"type\":\"\(format.codec.rawValue)\",\"rate\":\(format.rate)}"
        try client.send(
            text: "{\"type\":\"session.start\",\"session\":{\"audio\":{\"input\":\(audio),\"output\":\(audio)}}}")
        guard case .text(let answer)? = try client.receive(), answer.contains("session.started") else {
            throw WebSocketError.broken("the server did not start the session")
        }
        onText(answer)
        started = MonotonicClock.now()
    }

    /// Talks until all samples are sent and the session is closed.
    func run() throws -> (recording: Recording, gaps: [Double]) {
        let sender = Thread { [self] in
            do { try send() } catch { onText("{\"type\":\"client.error\",\"message\":\"\(error)\"}") }
            finished.store(true, ordering: .releasing)
        }
        sender.start()
        try receive()
        return (recording.withLock { $0 }, gaps.withLock { $0 })
    }

    private var elapsed: Double { Double(MonotonicClock.now().since(started)) * 1e-9 }

    private func send() throws {
        let encoder = try AudioEncoder(format)
        let packet = SampleTime.rate / 50
        for at in stride(from: 0, to: samples.count - packet + 1, by: packet) {
            // The packet is sent when its last sample has been "spoken".
            let wait = Double(at + packet) / Double(SampleTime.rate) - elapsed
            if wait > 0 { usleep(UInt32(wait * 1e6)) }
            for message in try encoder.encode(Array(samples[at..<at + packet])) { try client.send(binary: message) }
            recording.withLock { $0.user += samples[at..<at + packet] }
        }
        try client.send(text: "{\"type\":\"session.close\"}")
    }

    private func receive() throws {
        let decoder = try AudioDecoder(format)
        while let message = try client.receive(timeout: 15) {
            switch message {
            case .binary(let bytes): if let pcm = decoder.decode(bytes) { play(pcm) }
            case .text(let text):
                note(text)
                onText(text)
            case .close: return
            }
        }
        throw WebSocketError.broken("nothing came for 15 s")
    }

    /// Puts output where a listener would hear it: behind what plays, or now when nothing does.
    private func play(_ pcm: [Float]) {
        let now = Int((elapsed + jitterSeconds) * Double(SampleTime.rate))
        let gap = recording.withLock { r -> Int in
            let end = r.assistant.count
            // The first packet sets the clock; after it a pause is a gap.
            let late = end == 0 ? now : max(0, now - end - Int(jitterSeconds * Double(SampleTime.rate)))
            r.assistant += Array(repeating: 0, count: late) + pcm
            if end == 0 { r.origin = Double(now) / Double(SampleTime.rate) }
            return end == 0 ? 0 : late
        }
        if gap > 0 { gaps.withLock { $0.append(Double(gap) / Double(SampleTime.rate)) } }
    }

    /// Words at the time they were told.
    private func note(_ text: String) {
        guard let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else { return }
        let now = elapsed, piece = (event["delta"] as? String ?? "").trimmingCharacters(in: .whitespaces)
        recording.withLock { r in
            switch event["type"] as? String {
            case "session.input_transcript.delta": r.userWords.append(.init(text: piece, time: now))
            case "session.output_transcript.delta": r.assistantWords.append(.init(text: piece, time: now))
            case "session.interrupted": r.interruptions.append(now)
            default: break
            }
        }
    }
}
