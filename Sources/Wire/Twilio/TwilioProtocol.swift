// Twilio Media Streams: a telephone call as JSON text messages, 8-kHz mu-law in base64 (docs/protocols.md).

internal import Audio
internal import Basics

/// One call's state: waiting for `start`, or running.
final class TwilioProtocol: WireProtocol {
    private static let audio = AudioText(typeKey: "event", type: "media", path: ["media", "payload"])

    /// The fields that are read.
    private static let shape = JSONShape.object([
        "event": .text(), "streamSid": .text(0...128),
        "start": .object([
            "streamSid": .text(0...128), "tracks": .list(.text()),
            "mediaFormat": .object([
                "encoding": .text(), "sampleRate": .whole(0...1_000_000), "channels": .whole(0...1000),
            ]),
            "customParameters": .object(["seed": .text()]),
        ]),
    ])

    private let clock: SliceClock
    private var stream = ""
    private var input: AudioDecoder?
    private var output: AudioEncoder?
    private var isSpeaking = false
    /// Complete answers, and how many of their ends have been marked.
    private var answers = 0
    private var marks = 0

    init(_ clock: SliceClock) { self.clock = clock }

    // MARK: From Twilio

    func received(text: String) -> [ClientAction] {
        switch Self.audio.read(text) {
        case .audio(let bytes, _): return receiveAudio(bytes ?? [])
        case .event(let event):
            if let fault = Self.shape.fault(of: event) { return fail("invalid " + fault.param) }
            return perform(event)
        case .invalid: return fail("invalid JSON")
        }
    }

    func isAudio(text: String) -> Bool { Self.audio.isPlain(text) }

    /// Twilio sends text messages only.
    func received(binary: [UInt8]) -> ClientAction? { .fail([.close(code: 1008, reason: "binary message")]) }

    func timedOut() -> [WireMessage] { [.close(code: 1008, reason: "no start")] }

    func flooded() -> [WireMessage] { [.close(code: 1008, reason: "too many events")] }

    private func fail(_ reason: String) -> [ClientAction] { [.fail([.close(code: 1008, reason: reason)])] }

    /// Undecodable audio is ignored.
    private func receiveAudio(_ bytes: [UInt8]) -> [ClientAction] {
        guard let input else { return fail("media before start") }
        return [.audio(input.decode(bytes) ?? [])]
    }

    private func perform(_ event: JSONText) -> [ClientAction] {
        switch event["event"]?.text {
        case "start" where input == nil: start(event)
        case "stop": [.close]
        // connected, dtmf, mark (ours, played or cleared), and events that Twilio may add.
        default: []
        }
    }

    private func start(_ event: JSONText) -> [ClientAction] {
        let start = event["start"] ?? .empty
        guard let stream = event["streamSid"]?.text ?? start["streamSid"]?.text else { return fail("no streamSid") }
        let format = start["mediaFormat"] ?? .empty
        guard format["encoding"]?.text ?? "audio/x-mulaw" == "audio/x-mulaw",
            format["sampleRate"]?.whole ?? 8000 == 8000, format["channels"]?.whole ?? 1 == 1
        else { return fail("unsupported mediaFormat") }
        // <Start><Stream> can carry the audio to the caller as well, and takes no answer.
        guard start["tracks"]?.list?.map(\.text) ?? ["inbound"] == ["inbound"] else {
            return fail("unsupported tracks")
        }
        let seed = start["customParameters"]?["seed"]?.text ?? "0"
        guard let seed = UInt64(seed) ?? Int64(seed).map({ UInt64(bitPattern: $0) }) else {
            return fail("invalid start.customParameters.seed")
        }
        guard let decoder = try? AudioDecoder(.telephone, rate: clock.rate),
            let encoder = try? AudioEncoder(serving: .telephone, rate: clock.rate)
        else {
            return [.fail([.close(code: 1011, reason: "codec failed")])]
        }
        (self.stream, input, output) = (stream, decoder, encoder)
        return [.start(seed: seed)]
    }

    // MARK: To Twilio

    func encode(_ event: ServerEvent, into messages: inout [WireMessage]) {
        switch event {
        case .audio(let samples): try? output?.encode(samples) { messages.append(media($0)) }
        case .speaking: isSpeaking = true
        case .listening:
            isSpeaking = false
            mark(&messages)
        case .assistantDone(_, interrupted: false, _, _):
            answers += 1
            // An answer's text is complete before its last words have sounded.
            if !isSpeaking { mark(&messages) }
        case .interrupted:
            marks = answers
            messages.append(.text(line("clear")))
        case .started, .userText, .userGuess, .latency, .userDone, .assistantText, .assistantDone, .call, .info, .clock,
            .goingAway, .closed:
            break
        }
    }

    /// Written by hand: base64 needs no escapes.
    private func media(_ bytes: [UInt8]) -> WireMessage {
        .text(line("media").dropLast() + ",\"media\":{\"payload\":\"" + Base64.encode(bytes) + "\"}}")
    }

    /// Marks the end of every complete answer that has no mark yet.
    private func mark(_ messages: inout [WireMessage]) {
        while marks < answers {
            marks += 1
            messages.append(.text(line("mark", ("mark", .object([("name", .string("answer-\(marks)"))])))))
        }
    }

    private func line(_ event: String, _ more: (String, JSONText)...) -> String {
        JSONText.line([("event", .string(event)), ("streamSid", .string(stream))] + more)
    }
}
