// Realtime on the wire over random orders of what clients send and the engine tells: what holds in every one of them.

import Basics
import Testing

@testable import Wire

@Suite struct RealtimeOrderTests {
    /// What a client makes of the events that it is sent.
    private struct Reader {
        var faults: [String] = []
        private var events = 0
        /// Ids in the conversation's order; all that ever were.
        private var items: [String] = [], known: Set<String> = []
        /// The turn whose start was told, and whose end was not.
        private(set) var speaking: String?
        private(set) var response: String?
        /// What has begun in the response and has not ended, outermost first.
        private var parts: [String] = []

        private mutating func hold(_ isTrue: Bool, _ what: String) { if !isTrue { faults.append(what) } }

        mutating func read(_ message: WireMessage) {
            guard case .text(let text) = message, let event = try? JSONReader.object(text),
                let type = event["type"]?.text
            else { return hold(false, "an event is JSON with a type") }
            events += 1
            hold(event["event_id"]?.text == "event_\(events)", "events are numbered as they are sent")
            if type.hasPrefix("input_audio_buffer.speech") { speech(type, event["item_id"]?.text ?? "") }
            if type.hasPrefix("conversation.item.") { item(type, event) }
            if type.hasPrefix("response."), !["response.speak", "response.listen"].contains(type) {
                answer(type, event)
            }
        }

        private mutating func speech(_ type: String, _ id: String) {
            if type.hasSuffix("started") {
                hold(speaking == nil && !known.contains(id), "a turn starts once, and after the last is over")
                speaking = id
            } else {
                hold(speaking == id, "what stopped had started")
                speaking = nil
            }
        }

        private mutating func item(_ type: String, _ event: JSONText) {
            switch type {
            case "conversation.item.added": add(event)
            case "conversation.item.deleted": items.removeAll { $0 == event["item_id"]?.text }
            case "conversation.item.done":
                let id = event["item"]?["id"]?.text ?? ""
                hold(known.contains(id), "what is done was added")
            case let transcription where transcription.hasSuffix("completed"):
                hold(known.contains(event["item_id"]?.text ?? ""), "a transcript is of an item")
            default: break
            }
        }

        private mutating func add(_ event: JSONText) {
            let id = event["item"]?["id"]?.text ?? "", previous = event["previous_item_id"]?.text
            hold(known.insert(id).inserted, "an item is added once")
            let place = previous.map { name in items.firstIndex(of: name).map { $0 + 1 } } ?? 0
            hold(place != nil, "an item stands behind one that is there")
            items.insert(id, at: place ?? items.count)
        }

        /// `response.` and what has begun: `output_item`, `content_part`. Each ends before what it is in.
        private mutating func answer(_ type: String, _ event: JSONText) {
            let id = event["response_id"]?.text ?? event["response"]?["id"]?.text
            if type == "response.created" {
                hold(response == nil, "a response is created after the last is done")
                response = id
                return
            }
            hold(response == id, "\(type) is of the response that is under way")
            switch type {
            case "response.output_item.added":
                hold(parts.isEmpty, "a response has one message")
                parts = ["item"]
            case "response.content_part.added":
                hold(parts == ["item"], "content is in a message")
                parts = ["item", "part"]
            case "response.content_part.done": hold(parts.popLast() == "part", "content ends once")
            case "response.output_item.done": hold(parts.popLast() == "item", "a message ends behind its content")
            case "response.done":
                hold(parts.isEmpty, "nothing is in progress in a response that is done")
                hold(event["response"]?["status"]?.text != "in_progress", "what is done is not in progress")
                response = nil
            default: hold(parts == ["item", "part"], "\(type) is within its content")
            }
        }
    }

    private struct Run: RandomOrder {
        private static let updates = [
            #""turn_detection":null"#, #""turn_detection":{"type":"server_vad"}"#,
            #""turn_detection":{"type":"server_vad","create_response":false}"#, #""transcription":{"model":"w"}"#,
            #""transcription":null"#, #""format":{"type":"audio/pcmu"}"#,
            #""format":{"type":"audio/pcm","rate":24000}"#,
        ]
        private static let asides = [
            "", #","response":{"conversation":"none"}"#, #","response":{"output_modalities":["text"]}"#,
            #","response":{"instructions":"say it"}"#,
        ]
        private let wire = RealtimeProtocol(.standard, chance: 1)
        private var random: Random
        private var position: Int64 = 0
        private var reader = Reader()
        private(set) var log: [String] = []
        var faults: [String] {
            get { reader.faults }
            set { reader.faults = newValue }
        }

        init(seed: UInt64) {
            random = Random(seed: seed)
            let queries = ["", "duplex=1", "intent=transcription"], query = queries[random.below(queries.count)]
            log.append(query)
            act(wire.opened(UpgradeRequest(path: "/v1/realtime", query: query)))
            encode(.started(id: "duet_1", model: "m"))
        }

        mutating func step() {
            switch random.below(3) {
            case 0: send(event())
            case 1: engine()
            default:
                slice(level: random.below(2) == 0 ? 0.5 : 0, waiting: random.below(3) == 0 ? 1280 : 0)
            }
        }

        /// The client cancels what goes on and leaves turns to the model, and the user's ends, also where its words were written.
        mutating func settle() {
            send(#"{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"server_vad"}}}}}"#)
            send(#"{"type":"response.cancel"}"#)
            for _ in 0..<2 { encode(.userDone("w", start: position, end: position)) }
            for _ in 0..<40 { slice(level: 0, waiting: 0) }
            hold(reader.response == nil, "every response ends")
            hold(reader.speaking == nil, "who is told of a start is told of its end")
        }

        private mutating func slice(level: Float, waiting: Int) {
            encode(.audio(Array(repeating: level, count: 1280)))
            position += 80
            wire.passedOn([level], waiting: waiting)
            act(wire.advanced())
        }

        private mutating func engine() {
            let at = position
            switch random.below(9) {
            case 0, 1: encode(.userText(" w", start: at, end: at + 80))
            case 2: encode(.userDone("w", start: at, end: at))
            case 3, 4: encode(.assistantText(" s", start: at, end: at + 80))
            case 5: encode(.assistantDone("s", interrupted: false, start: at, end: at))
            case 6: encode(.speaking(at: at))
            case 7: encode(.listening(at: at))
            default: encode(.interrupted(at: at))
            }
        }

        private mutating func event() -> String {
            let update = Self.updates[random.below(Self.updates.count)]
            let aside = Self.asides[random.below(Self.asides.count)]
            let roles = ["user", "system"], role = roles[random.below(roles.count)]
            let events = [
                #"{"type":"session.update","session":{"audio":{"input":{\#(update)}}}}"#,
                #"{"type":"input_audio_buffer.append","audio":"\#(String(repeating: "QEAf", count: 1700))"}"#,
                #"{"type":"input_audio_buffer.commit"}"#, #"{"type":"input_audio_buffer.clear"}"#,
                #"{"type":"conversation.item.create","item":{"type":"message","role":"\#(role)","content":[{"type":"input_text","text":"t"}]}}"#,
                #"{"type":"conversation.item.create","previous_item_id":"root","item":{"id":"i\#(log.count)","type":"message","role":"user","content":[]}}"#,
                #"{"type":"conversation.item.delete","item_id":"i\#(random.below(1 + log.count))"}"#,
                #"{"type":"conversation.item.truncate","item_id":"\#(wire.responses.lastItemID ?? "")","content_index":0,"audio_end_ms":80}"#,
                #"{"type":"response.create"\#(aside)}"#, #"{"type":"response.create"\#(aside)}"#,
                #"{"type":"response.cancel"}"#, #"{"type":"output_audio_buffer.clear"}"#,
            ]
            return events[random.below(events.count)]
        }

        private mutating func send(_ text: String) {
            log.append(String(text.prefix(120)))
            act(wire.received(text: text))
        }

        private mutating func encode(_ event: ServerEvent) {
            if case .audio(let samples) = event { log.append("audio \(samples[0])") } else { log.append("\(event)") }
            for message in wire.encode(event) { reader.read(message) }
        }

        private mutating func act(_ actions: [ClientAction]) { actions.compactMap(\.reply).forEach { reader.read($0) } }
    }

    @Test func everyOrderIsToldInTheOrderThatClientsGoBy() { Run.run(seeds: 100..<500, events: 80) }
}
