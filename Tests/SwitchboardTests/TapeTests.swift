// What is written on a tape is read back; what is cut off ends, and what is none is refused.

import Basics
import Dialogue
import Testing
import Wire

@testable import Switchboard

@Suite struct TapeTests {
    private var entries: [TapeEntry] {
        let at = Instant(nanoseconds: -7)
        var request = UpgradeRequest(
            path: "/v1/duplex", query: "a=b", remote: "::1", subprotocols: ["duet.v1"], headers: ["openai-beta": "x"])
        (request.session, request.secondsMax, request.arrived) = ("{}", 9, 1)
        let events: [LinkEvent] = [
            .opened(1, request), .returned(2, UpgradeRequest(path: ""), session: "s"), .text(3, "é"),
            .binary(4, [0, 255]), .flooded(5), .unsent(6, count: 7, isOpen: true), .unsent(6, count: 0, isOpen: false),
            .crowded(7, true), .crowded(7, false), .closed(8, code: 1000), .closed(8, code: nil), .full,
            .draining(until: at), .stop, .recognised(Slot(index: 6, generation: 7), id: 8, text: "ü"),
        ]
        return (events + mindEvents).map { .event($0, at: at) } + [
            .tick(at: at), .settle(at: at), .took(-1), .work(0.25), .chance(.max), .actions(3),
        ]
    }

    private var mindEvents: [LinkEvent] {
        let call = ToolCall(id: "c", name: "light", arguments: "{}"), failures = MindFailure.Kind.allCases
        let events: [MindEvent] =
            [.words(answer: 1, " ä"), .call(answer: 2, call), .likelihood(probe: 3, -0.5)]
            + MindEnd.allCases.map { .end(answer: 4, $0) }
            + failures.map { .failed(answer: 5, MindFailure($0, "why")) }
        return events.map { .mind(Slot(index: 6, generation: 7), $0) }
    }

    private func bytes(_ entries: [TapeEntry]) -> [UInt8] {
        var writer = TapeWriter()
        writer.write(TapeHeader(fields: ["model": "m", "slots": "2"], start: Instant(nanoseconds: 5)))
        for entry in entries { writer.write(entry) }
        return writer.bytes
    }

    private func read(_ bytes: [UInt8]) throws -> [TapeEntry] {
        var reader = try TapeReader(bytes), all: [TapeEntry] = []
        while let entry = try reader.next() { all.append(entry) }
        return all
    }

    @Test func everyEntryIsReadBack() throws {
        let written = bytes(entries), read = try read(written)
        #expect(read.count == entries.count && "\(read)" == "\(entries)")
        #expect(bytes(read) == written)
        let header = try TapeReader(written).header
        #expect(header.fields == ["model": "m", "slots": "2"] && header.start == Instant(nanoseconds: 5))
    }

    @Test func aTapeThatWasCutOffEndsWhereItIsWhole() throws {
        let written = bytes(entries), header = bytes([]).count
        var counts: Set<Int> = []
        for length in header...written.count { counts.insert(try read(Array(written.prefix(length))).count) }
        #expect(counts == Set(0...entries.count))
        for length in 0..<header { #expect(throws: TapeError.self) { try read(Array(written.prefix(length))) } }
    }

    @Test func whatIsNoEntryIsRefused() {
        #expect(throws: TapeError("an unknown entry")) { try read(bytes([]) + [99]) }
        #expect(throws: TapeError("an unknown event")) {
            try read(bytes([]) + [0] + Array(repeating: 0, count: 8) + [99] + Array(repeating: 0, count: 8))
        }
    }

    @Test func keysAreNotWritten() throws {
        let key = "sk-secret"
        let request = UpgradeRequest(
            path: "/v1/realtime", query: "model=m&api_key=\(key)&auth_id=\(key)&worker_auth_id=\(key)",
            subprotocols: ["realtime", "openai-insecure-api-key.\(key)"],
            headers: [
                "authorization": "Bearer \(key)", "api-key": key, "x-api-key": key, "x-twilio-signature": key,
                "openai-beta": "x",
            ])
        #expect(request.keys == Array(repeating: key, count: 7))
        let written = bytes([
            .event(.opened(1, request), at: .zero), .event(.returned(2, request, session: ""), at: .zero),
        ])
        #expect(!String(decoding: written, as: UTF8.self).contains(key))
        guard case .event(.opened(_, let read), _)? = try read(written).first else {
            Issue.record("no such event")
            return
        }
        #expect(read.headers == ["openai-beta": "x"] && read.query == "model=m" && read.subprotocols == ["realtime"])
    }
}
