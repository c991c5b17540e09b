// A conversation with a model in this process, on a clock that only counts.

internal import Basics
internal import Evaluation
internal import Families
internal import Wire

/// What `TalkSession` is with a server: the same packets, protocol, codecs and engine, from samples to samples. Nothing waits and
/// work takes no time, so that a talk is as fast as the machine allows and the same every time.
struct VirtualTalk {
    private let source: TalkSource
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    private let jitterSeconds: Double
    private let onText: (String) -> Void
    private let format: AudioFormat
    private let server: VirtualServer
    private let session: VirtualSession
    private var recording = Recording()

    /// `onText` sees every text message of the server.
    init(
        model: any LoadedModel, source: TalkSource, format: AudioFormat, jitterSeconds: Double = 0.02,
        onText: @escaping (String) -> Void
    ) throws {
        (self.source, self.format, self.jitterSeconds, self.onText) = (source, format, jitterSeconds, onText)
        encoder = try AudioEncoder(format)
        decoder = try AudioDecoder(format)
        server = try VirtualServer(model: model, slots: 1)
        session = server.open()!
    }

    /// Talks until the source ends.
    mutating func run() throws -> Recording {
        session.send(text: TalkSession.start(format))
        let packet = SampleTime.rate / 50
        while !session.isOver, let samples = try source.packet(packet) {
            recording.user += samples
            // The packet is sent when its last sample has been "spoken".
            server.advance(to: Instant(samples: recording.user.count))
            hear()
            for message in try encoder.encode(samples) { session.send(binary: message) }
        }
        if !session.isOver { session.send(text: TalkSession.close) }
        hear()
        return recording
    }

    private mutating func hear() {
        for (message, seconds) in session.receive() {
            switch message {
            case .text(let text):
                recording.note(text, at: seconds)
                onText(text)
            case .binary(let bytes):
                if let pcm = decoder.decode(bytes) {
                    _ = recording.play(pcm, at: seconds, jitterSeconds: jitterSeconds)
                }
            case .close: break
            }
        }
    }
}

extension Instant {
    /// When so many samples have been spoken since zero.
    init(samples: Int) { self.init(nanoseconds: Int64(samples) * 1_000_000_000 / Int64(SampleTime.rate)) }
}
