// Server-sent events in every form and cut.

import Basics
import Dialogue
import Testing

@testable import Minds

@Suite struct EventStreamTests {
    private func events(_ text: String, pieces: Int = .max) throws -> [String] {
        var stream = EventStream(), found: [String] = [], rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try stream.read(rest.prefix(pieces), into: &found)
            rest = rest.dropFirst(pieces)
        }
        return found
    }

    @Test(arguments: [
        ("data: a\n\n", ["a"]), ("data:a\r\n\r\n", ["a"]), ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data:  a\n\n", [" a"]), ("data\n\n", [""]), ("data: a\ndata:\ndata: b\n\n", ["a\n\nb"]),
        (": keep-alive\n\n: again\n\ndata: a\n\n", ["a"]), ("event: x\nid: 1\nretry: 5\n\ndata: a\nfoo: b\n\n", ["a"]),
        ("\u{feff}data: a\n\n", ["a"]), ("\n\n\ndata: a\n\n\n\n", ["a"]), ("datax: a\n\ndata: b\n\n", ["b"]),
        ("data: a\r\ndata: b\r\n\r\n", ["a\nb"]), ("data: half", []), ("data: half\n", []),
        ("data: a\r\n\ndata: b\r\n\r\n", ["a", "b"]),
        ("<html>\n</html>\n", []),
        ("data: ü€😀\n\n", ["ü€😀"]),
    ]) func eventsAreTheSameHoweverTheyAreCut(_ sample: (text: String, events: [String])) throws {
        for pieces in [1, 2, 3, 5, .max] { #expect(try events(sample.text, pieces: pieces) == sample.events) }
    }

    @Test func aLineHasALimit() throws {
        let value = String(repeating: "x", count: EventStream.lineBytesMax - 5)
        #expect(try events("data:\(value)\n\n").map(\.utf8.count) == [value.utf8.count])
        #expect(throws: MindFailure.self) { try events("data:\(value)x\n\n").count }
    }

    @Test func anEventHasALimit() throws {
        let line = "data:" + String(repeating: "x", count: (1 << 19) - 1) + "\n"
        #expect(try events(line + line + "\n").map(\.utf8.count) == [(1 << 20) - 1])
        #expect(throws: MindFailure.self) { try events(line + line + "data:x\n\n").count }
    }

    @Test func eventsHaveALimit() throws {
        let event = "data:\n\n"
        #expect(try events(String(repeating: event, count: EventStream.eventsMax)).count == EventStream.eventsMax)
        #expect(throws: MindFailure.self) { try events(String(repeating: event, count: EventStream.eventsMax + 1)) }
    }

    @Test func commentsCountToo() throws {
        let comment = ":" + String(repeating: "x", count: 1022) + "\n"
        #expect(try events(String(repeating: comment, count: EventStream.bytesMax / 1024)).isEmpty)
        #expect(throws: MindFailure.self) {
            try events(String(repeating: comment, count: EventStream.bytesMax / 1024) + "\n")
        }
    }

    @Test func eventsBeforeAFaultStand() {
        var stream = EventStream(), found: [String] = []
        let endless =
            Array("data: a\n\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: EventStream.lineBytesMax + 1)
        #expect(throws: MindFailure.self) { try stream.read(endless, into: &found) }
        #expect(found == ["a"])
    }
}
