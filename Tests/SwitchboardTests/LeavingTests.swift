// Who is let go, when, and why: callers who never start, whose time is over, who read too slowly, who flood, who give way.

import Audio
import Basics
import Dialogue
import Simulation
import Testing
import Wire

@testable import Switchboard

@Suite struct LeavingTests {
    private func worker(slots: Int = 2, secondsMax: Int? = nil) throws -> VirtualWorker {
        var rules = Switchboard.Rules()
        rules.secondsMax = secondsMax
        return try VirtualWorker(model: FakeModel(slots: slots), rules: rules)
    }

    private func entry(_ path: String) -> WireProtocols.Entry { WireProtocols.entry(path: path)! }

    @Test func whoDoesNotStartIsLetGo() throws {
        let worker = try worker(), link = try #require(worker.open())
        worker.advance(to: worker.now.advanced(milliseconds: 9900))
        #expect(!link.isOver)
        worker.advance(to: worker.now.advanced(milliseconds: 300))
        #expect(link.isOver && worker.ends == ["no_start"] && worker.board.engine.sessionCount == 0)
    }

    @Test func aSessionEndsWhenItsTimeIsOver() throws {
        let worker = try worker(secondsMax: 3), client = try VirtualCaller(worker)
        try client.talk(2.9, level: 0)
        #expect(client.code == nil)
        try client.talk(0.3, level: 0)
        #expect(client.code == 1001 && worker.ends == ["expired"])
        #expect(client.events.last?["type"] as? String == "session.closed")
    }

    @Test func theServerStops() throws {
        let worker = try worker(slots: 3), talking = try VirtualCaller(worker), silent = try #require(worker.open())
        try VirtualCaller(worker).link.cut()
        worker.stop()
        talking.hear()
        #expect(talking.code == 1001 && silent.isOver && worker.ends == Array(repeating: "server_draining", count: 3))
        #expect(worker.board.isStopped)
        let late = worker.open()
        #expect(late?.receive().map(\.message) == [.close(code: 1013, reason: "full")])
    }

    /// Two that were cut off are more than one address's share of three places.
    @Test func placesThatAnAddressDoesNotUseGiveWay() throws {
        let worker = try worker(slots: 3), owner = try VirtualCaller(worker, remote: "owner")
        for _ in 0..<2 { try VirtualCaller(worker, remote: "greedy").link.cut() }
        worker.knock()
        #expect(worker.ends == ["gave_way"] && worker.held == 1)
        // One alone is no more than its share, until it has had its time to come back.
        worker.knock()
        #expect(worker.ends.count == 1)
        worker.advance(to: worker.now.advanced(milliseconds: 5000))
        worker.knock()
        #expect(worker.ends.count == 2 && worker.held == 0 && !owner.link.isOver)
    }

    @Test func whoDoesNotStartGivesWayAfterASecond() throws {
        let worker = try worker(slots: 1), silent = try #require(worker.open())
        worker.advance(to: worker.now.advanced(milliseconds: 900))
        worker.knock()
        #expect(!silent.isOver)
        worker.advance(to: worker.now.advanced(milliseconds: 100))
        worker.knock()
        #expect(silent.isOver && worker.ends == ["gave_way"])
    }

    /// Whoever misses audio hears it; whoever cannot go on without an event is let go.
    @Test(arguments: [("/v1/live/sessions", false), ("/v1/realtime", true)])
    func whoReadsTooSlowlyIsLetGoWhereNothingMayBeMissed(_ path: String, _ isLetGo: Bool) throws {
        let worker = try worker(), link = try #require(worker.open(entry(path), bytesMax: 20_000))
        let format = try #require(AudioFormat(codec: .pcm, rate: 16_000))
        let client = try #require(try ClientWires.make(path: path, format: format))
        for message in client.opening() { link.send(message) }
        // It speaks, and is answered with a second of audio, again and again.
        for packet in 0..<400 where !link.isOver {
            let level: Float = packet % 100 < 40 ? 0.3 : 0
            for message in try client.encode([Float](repeating: level, count: 320)) { link.send(message) }
            worker.advance(to: worker.now.advanced(milliseconds: 20))
        }
        #expect(link.isOver == isLetGo && worker.ends == (isLetGo ? ["too_slow"] : []))
        #expect(worker.counts[.outputDroppedMessages, default: 0] > 0 && link.queue.bytes <= 20_000)
    }

    /// Events that come while much waits to be read wait too, and are answered when it has been.
    @Test func eventsWaitForAClientThatDoesNotRead() throws {
        let worker = try worker(), link = try #require(worker.open(entry("/v1/realtime"), bytesMax: 60_000))
        for i in 0..<120 {
            link.send(
                .text(
                    #"{"type":"conversation.item.create","item":{"id":"i\#(i)","type":"message","role":"user","content":[]}}"#
                ))
        }
        let first = link.receive().count { "\($0)".contains("conversation.item.added") }
        #expect(first > 0 && first < 120)
        var all = first
        for _ in 0..<200 {
            worker.advance(to: worker.now.advanced(milliseconds: 80))
            all += link.receive().count { "\($0)".contains("conversation.item.added") }
        }
        #expect(all == 120 && !link.isOver)
    }

    /// A conversation that a client brings along is longer than what may wait to be read; all of it is answered.
    @Test func aLongHistoryIsTakenAtOnce() throws {
        let worker = try worker(), link = try #require(worker.open(entry("/v1/realtime"), bytesMax: 256 << 10))
        let text = String(repeating: "a", count: 2000)
        let content = #"[{"type":"input_text","text":"\#(text)"}]"#
        for i in 0..<512 {
            link.send(
                .text(
                    #"{"type":"conversation.item.create","item":{"id":"i\#(i)","type":"message","role":"user","content":\#(content)}}"#
                ))
        }
        var all = 0
        for _ in 0..<500 where all < 512 {
            all += link.receive().count { "\($0)".contains("conversation.item.added") }
            worker.advance(to: worker.now.advanced(milliseconds: 80))
        }
        #expect(all == 512 && !link.isOver)
    }

    /// What costs more than a client may cost is not read: an event of a protocol that loses none waits.
    @Test func workIsCharged() throws {
        var spent = 0.0
        let worker = try VirtualWorker(model: FakeModel(slots: 1)) {
            spent += 0.015
            return spent
        }
        let link = try #require(worker.open())
        link.send(.text(#"{"type":"session.start"}"#))
        for _ in 0..<20 where !link.isOver { link.send(.text(#"{"type":"session.clock","client_ms":1}"#)) }
        #expect(link.isOver && worker.ends == ["protocol_error"])
        #expect(spent < 1)
    }
}
