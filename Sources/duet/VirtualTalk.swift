// A conversation with a model in this process, on a clock that only counts.

internal import Basics
internal import Dialogue
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
    private let modelName: String
    private let model: any Model
    private let engine: Engine
    private let slot: Slot
    private let wire: any WireProtocol
    private let format: AudioFormat
    private var now = Instant.zero
    private var narration = Narration()
    private var recording = Recording()
    private var actions: [EngineAction] = []
    private var isOver = false

    /// `onText` sees every text message of the server.
    init(
        model loaded: any LoadedModel, source: TalkSource, format: AudioFormat, jitterSeconds: Double = 0.02,
        onText: @escaping (String) -> Void
    ) throws {
        (self.source, self.format, self.jitterSeconds, self.onText) = (source, format, jitterSeconds, onText)
        encoder = try AudioEncoder(format)
        decoder = try AudioDecoder(format)
        modelName = loaded.name
        model = loaded.instance(slots: 1)
        engine = try Engine(model: model, start: now)
        slot = engine.allocate()!
        wire = WireProtocols.all[0].make()
    }

    /// Talks until the source ends.
    mutating func run() throws -> Recording {
        obey(wire.received(text: TalkSession.start(format)))
        let packet = SampleTime.rate / 50
        while !isOver, let samples = try source.packet(packet) {
            recording.user += samples
            // The packet is sent when its last sample has been "spoken".
            advance(to: Instant(nanoseconds: Int64(recording.user.count) * 1_000_000_000 / Int64(SampleTime.rate)))
            for message in try encoder.encode(samples) { obey(wire.received(binary: message)) }
        }
        obey(wire.received(text: "{\"type\":\"session.close\"}"))
        return recording
    }

    private mutating func advance(to end: Instant) {
        while true {
            let next = engine.tick(at: now)
            engine.drain(into: &actions)
            for action in actions { tell(narration.events(for: action, model: model)) }
            switch next {
            case .again: continue
            case .at(let due) where due <= end: now = max(now, due)
            case .at, .onInput:
                now = end
                return
            }
        }
    }

    private mutating func obey(_ wishes: [ClientAction]) {
        for wish in wishes {
            switch wish {
            case .start(let seed):
                engine.deliver(.open(slot, seed: seed), at: now)
                tell([.started(id: "virtual", model: modelName, sliceMilliseconds: model.plan.clock.slice_ms)])
            case .audio(let samples): engine.deliver(.audio(slot, samples), at: now)
            case .interrupt: engine.deliver(.interrupt(slot), at: now)
            case .reply(let message): hear(message)
            case .close: tell([.closed(reason: "close_requested", seconds: Double(now.nanoseconds) * 1e-9)])
            case .fail(let messages):
                messages.forEach { hear($0) }
                isOver = true
            }
        }
    }

    private mutating func tell(_ events: [ServerEvent]) {
        for message in events.flatMap({ wire.encode($0) }) { hear(message) }
    }

    private mutating func hear(_ message: WireMessage) {
        let seconds = Double(now.nanoseconds) * 1e-9
        switch message {
        case .text(let text):
            recording.note(text, at: seconds)
            onText(text)
        case .binary(let bytes):
            if let pcm = decoder.decode(bytes) { _ = recording.play(pcm, at: seconds, jitterSeconds: jitterSeconds) }
        case .close: isOver = true
        }
    }
}
