// What the largest messages of every protocol cost: processor time on a core of its own.

import DuetTesting
import Testing

@testable import Wire

/// A message that grows, and a client to which it comes.
struct CostlyMessage: CustomTestStringConvertible, Sendable {
    let name: String
    let path: String
    /// Bytes of the longest one that is taken.
    var bytes = 64 << 10
    /// What the client sent before.
    var before: [String] = []
    /// The message of so many bytes, or somewhat fewer.
    let make: @Sendable (Int) -> String

    var testDescription: String { name }

    /// Processor time in seconds, the least of several clients'; of more where it is not below `enough`.
    func seconds(bytes: Int, enough: Double) -> Double {
        let text = make(bytes)
        return Cost.seconds(enough: enough) {
            let wire = WireProtocols.entry(path: path)!.make()
            _ = wire.opened(UpgradeRequest(path: path))
            for text in before { _ = wire.received(text: text) }
            _ = wire.encode(.started(id: "a", model: "m"))
            return wire
        } work: {
            _ = $0.received(text: text)
        }
    }
}

/// JSON values that are made to cost.
enum Junk {
    static let all: [(name: String, make: @Sendable (Int) -> String)] = [
        ("nested lists", { repeated("[", $0 / 2) + repeated("]", $0 / 2) }),
        ("lists 480 deep", { list(repeated("[", 480) + "1" + repeated("]", 480), $0) }),
        ("lists 30 deep", { list(repeated("[", 24) + "1" + repeated("]", 24), $0) }),
        ("objects 24 deep", { list(repeated(#"{"a":"#, 24) + "1" + repeated("}", 24), $0) }),
        ("lists of lists", { list("[1]", $0) }),
        ("numbers", { list("1", $0) }),
        ("fractions", { list("-1234.5678e-9", $0) }),
        ("a long number", { repeated("7", $0) }),
        ("a long fraction", { "0." + repeated("7", $0) }),
        ("short texts", { list(#""a""#, $0) }),
        ("a long text", { text("a", $0) }),
        ("a long text of quotes", { text(#"\""#, $0) }),
        ("a long text of escapes", { text(#"\u00e9"#, $0) }),
        ("a long text of halves", { text(#"\ud83d"#, $0) }),
        ("a long text of emoji", { text("👩‍👩‍👧‍👦", $0) }),
        ("a long text of accents", { text("e\u{301}\u{302}\u{303}", $0) }),
        ("a text of one letter and its accents", { text("\u{301}", $0) }),
        ("an object", { size in object(size) { "\"k\($0)\":1" } }),
        ("an object of one name", { size in object(size) { _ in #""k":1"# } }),
        ("spaces", { repeated(" ", $0) + "1" }),
    ]

    static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: max(0, count)) }

    static func list(_ value: String, _ bytes: Int) -> String {
        "[" + Array(repeating: value, count: max(1, bytes / (value.utf8.count + 1))).joined(separator: ",") + "]"
    }

    static func text(_ piece: String, _ bytes: Int) -> String {
        "\"" + repeated(piece, bytes / piece.utf8.count) + "\""
    }

    private static func object(_ bytes: Int, _ field: (Int) -> String) -> String {
        var fields: [String] = [], count = 0
        while count < bytes - 16 {
            fields.append(field(fields.count))
            count += fields.last!.utf8.count + 1
        }
        return "{" + fields.joined(separator: ",") + "}"
    }
}

@Suite(.serialized) struct CostTests {
    /// Of a core that is more than twice as fast the costs would say too little.
    @Test func theYardstickIsKnown() {
        let seconds = Cost.yardstick
        print("the yardstick takes \(seconds * 1e3) ms, \(Cost.yardstickSeconds * 1e3) ms where it was gauged")
        #expect(seconds > Cost.yardstickSeconds / 2)
    }

    private static let secondsMax = 0.002
    private static let native = "/v1/duplex", live = "/v1/live/sessions", realtime = "/v1/realtime", twilio = "/twilio"
    private static let eventMax = AudioText.eventBytesMax

    /// Where a value may stand: what is before it, and behind.
    private static let places: [(path: String, bytes: Int, before: [String], head: String, tail: String)] = [
        (native, 64 << 10, [], #"{"type":"session.start","session":{"seed":"#, "}}"),
        (native, 64 << 10, [#"{"type":"session.start"}"#], #"{"type":"session.tell","text":"#, "}"),
        (native, 64 << 10, [#"{"type":"session.start"}"#], #"{"type":"session.clock","client_ms":"#, "}"),
        (native, 64 << 10, [#"{"type":"session.start"}"#], #"{"type":"#, "}"),
        (twilio, 64 << 10, [], #"{"event":"start","streamSid":"s","start":{"tracks":"#, "}}"),
        (twilio, 64 << 10, [], #"{"event":"start","streamSid":"#, "}"),
        (live, eventMax, [], #"{"type":"session.start","session":{"x":"#, "}}"),
        (live, eventMax, [], #"{"type":"session.start","session":"#, "}"),
        (live, eventMax, [#"{"type":"session.start"}"#], #"{"type":"session.update","session":{"x":"#, "}}"),
        (live, eventMax, [#"{"type":"session.start"}"#], #"{"type":"session.commentary.append","content":"#, "}"),
        (live, eventMax, [#"{"type":"session.start"}"#], #"{"type":"session.close","event_id":"#, "}"),
        (live, 1 << 20, [#"{"type":"session.start"}"#], #"{"type":"session.input_audio.append","audio":["#, "]}"),
        (realtime, eventMax, [], #"{"type":"session.update","session":{"tools":"#, "}}"),
        (realtime, eventMax, [], #"{"type":"session.update","session":{"instructions":"#, "}}"),
        (realtime, eventMax, [], #"{"type":"session.update","session":"#, "}"),
        (realtime, eventMax, [], #"{"type":"response.create","response":{"metadata":"#, "}}"),
        (realtime, eventMax, [], #"{"type":"response.create","response":{"input":"#, "}}"),
        (
            realtime, eventMax, [],
            #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":"#, "}}"
        ),
        (
            realtime, eventMax, [],
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":"#, "}}"
        ),
        (realtime, eventMax, [], #"{"type":"conversation.item.create","item":{"id":"#, "}}"),
        (realtime, eventMax, [], #"{"type":"input_audio_buffer.append","x":[],"audio":"#, "}"),
        (realtime, eventMax, [], #"{"x":"#, "}"),
        // Longer ones may hold recordings.
        (
            realtime, 1 << 20, [],
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":"#, "}}"
        ),
        (realtime, 1 << 20, [], #"{"type":"input_audio_buffer.append","audio":["#, "]}"),
    ]

    private static let junk: [CostlyMessage] = places.flatMap { place in
        Junk.all.map { junk in
            let rest = place.head.utf8.count + place.tail.utf8.count
            return CostlyMessage(
                name: "\(place.head): \(junk.name)", path: place.path, bytes: place.bytes, before: place.before
            ) { place.head + junk.make($0 - rest) + place.tail }
        }
    }

    /// What a message costs, which is not above `most`, and no more than its length tells where half of it cost `half` seconds.
    private func charge(_ message: CostlyMessage, bytes: Int, half: Double?, most: Double) -> Double {
        let limit = half.map { Cost.limit(half: $0, most: most) } ?? most
        let seconds = message.seconds(bytes: bytes, enough: limit)
        #expect(seconds < limit, "\(message.name), \(bytes) bytes, half of them in \(half ?? 0) s")
        return seconds
    }

    private func charge(_ message: CostlyMessage) {
        var half: Double?
        for bytes in [message.bytes / 4, message.bytes / 2, message.bytes] {
            half = charge(message, bytes: bytes, half: half, most: Self.secondsMax)
        }
    }

    @Test func noValueCostsMoreThanItsLength() { for message in Self.junk { charge(message) } }

    /// Settings that are as long as they may be, of which one changes.
    @Test(arguments: [
        (live, #"{"type":"session.start","session":{"a":"#, #"{"type":"session.update","session":{"b":1}}"#),
        (
            realtime, #"{"type":"session.update","session":{"x":"#,
            #"{"type":"session.update","session":{"audio":{"output":{"voice":"a"}}}}"#
        ),
    ]) func aSettingCostsItsLengthAndWhatIsSentBack(_ path: String, _ head: String, _ update: String) {
        for value in [
            #"{"a1234567890123456789012":1}"#, #"{"k":"\u00e9\u00e9\u00e9\u00e9\u00e9"}"#,
            "{\"k\":\"" + Junk.repeated("x", 5000) + "\"}",
        ] {
            let before = head + Junk.list(value, 50 << 10) + "}}"
            let wire = WireProtocols.entry(path: path)!.make()
            _ = wire.opened(UpgradeRequest(path: path))
            _ = wire.received(text: before)
            guard case .reply(.text(let told))? = wire.received(text: update).first else {
                Issue.record("no answer to \(update)")
                continue
            }
            #expect(told.utf8.count > 25_000, "the settings were not taken")
            charge(CostlyMessage(name: update, path: path, before: [before]) { _ in update })
        }
    }

    /// As many items as are kept, as long as they may be.
    @Test func whatIsKeptCostsItsLengthAtMost() {
        func item(_ id: Int, _ fields: String) -> String {
            #"{"type":"conversation.item.create","item":{"id":"i\#(id)",\#(fields)}}"#
        }
        let typed = Junk.text("\\u00e9", 12_000), long = Junk.text(#"\""#, 100_000)
        let messages = (0..<512).map {
            item($0, #""type":"message","role":"user","content":[{"type":"input_text","text":\#(typed)}]"#)
        }
        let outputs = (0..<16).map { item($0, #""type":"function_call_output","call_id":"c","output":\#(long)"#) }
        for (before, text) in [
            (messages, #"{"type":"response.create"}"#),
            (messages, item(600, #""type":"message","role":"user","content":[]"#)),
            (messages, #"{"type":"conversation.item.delete","item_id":"i300"}"#),
            (messages, #"{"type":"conversation.item.delete","item_id":"x"}"#),
            (outputs, #"{"type":"conversation.item.retrieve","item_id":"i15"}"#),
            (outputs, item(600, #""type":"function_call_output","call_id":"c","output":\#(long)"#)),
        ] {
            charge(CostlyMessage(name: text.prefix(99).description, path: Self.realtime, before: before) { _ in text })
        }
    }

    /// Audio is charged by its length: so many seconds of it come at once.
    @Test func audioCostsItsLength() {
        let messages = [
            (
                Self.live, [#"{"type":"session.start"}"#], #"{"type":"session.input_audio.append","audio":""#, "\"}",
                1024
            ),
            (
                Self.twilio, [#"{"event":"start","streamSid":"s"}"#], #"{"event":"media","media":{"payload":""#, "\"}}",
                64
            ),
            (Self.realtime, [], #"{"type":"input_audio_buffer.append","audio":""#, "\"}", 1024),
        ]
        for (path, before, head, tail, most) in messages {
            let rate = path == Self.twilio ? 8000.0 : 48_000
            var half: Double?
            for bytes in [most << 8, most << 9, most << 10] {
                let base64 = (bytes - head.utf8.count - tail.utf8.count) / 8 * 8
                let message = CostlyMessage(name: head, path: path, before: before) { _ in
                    head + Junk.repeated("AAECAwQF", base64 / 8) + tail
                }
                let limit = Self.secondsMax * max(1, Double(base64) * 0.75 / rate)
                half = charge(message, bytes: bytes, half: half, most: limit)
            }
        }
    }

    @Test func aTextCostsItsLength() {
        let pieces = ["a", "\u{e9}", "e\u{301}", "👩‍👩‍👧‍👦", "\u{301}", "a ", "1", "\\u00e9"]
        for (path, head) in [
            (Self.native, #"{"type":"session.tell","text":""#), (Self.native, #"{"type":"session.say","text":""#),
            (Self.live, #"{"type":"session.commentary.append","content":""#),
        ] {
            for piece in pieces {
                charge(
                    CostlyMessage(
                        name: head + piece, path: path, before: [#"{"type":"session.start"}"#]
                    ) { head + Junk.repeated(piece, ($0 - 64) / piece.utf8.count) + #""}"# })
            }
        }
    }
}
