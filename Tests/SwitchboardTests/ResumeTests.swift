// Clients that are cut off and come back, or do not.

import Basics
import Simulation
import Testing

@testable import Switchboard
@testable import Wire

@Suite struct ResumeTests {
    private func worker(slots: Int = 4, resume seconds: Int = 30) throws -> VirtualWorker {
        var rules = Switchboard.Rules()
        rules.resumeSeconds = seconds
        return try VirtualWorker(model: FakeModel(slots: slots), rules: rules)
    }

    @Test func theFirstAudioSaysThatSomethingIsMissingAndWhatWasSaidIsTold() throws {
        let worker = try worker(), client = try VirtualCaller(worker, fields: #","decisions":true"#)
        try client.talk(0.4, level: 0.3)
        let before = try #require(client.headers.last).sequence
        client.link.cut()
        #expect(worker.held == 1 && worker.active == 1)
        worker.advance(to: worker.now.advanced(milliseconds: 400))
        let count = client.headers.count
        #expect(client.comeBack(after: Int64(before)))
        let replayed = try #require(client.next("session.resumed")?["replayed"] as? Int)
        #expect(replayed >= 4, "a decision each slice")
        client.wait(milliseconds: 200)
        #expect(client.headers.count > count + 1)
        #expect(client.headers[count].flags.contains(.discontinuity))
        #expect(!client.headers[count + 1].flags.contains(.discontinuity))
        let decisions = client.events.compactMap {
            $0["type"] as? String == "session.decision" ? $0["at_ms"] as? Int : nil
        }
        #expect(Set(decisions) == Set((0...decisions.max()! / 80).map { $0 * 80 }), "none is missing")
    }

    @Test func aConnectionThatStillSeemsOpenIsReplaced() throws {
        let worker = try worker(slots: 1), client = try VirtualCaller(worker), old = client.link
        #expect(client.comeBack() && client.next("session.resumed") != nil)
        #expect(old.receive().last?.message == .close(code: 4000, reason: "replaced"))
        #expect(worker.held == 0 && worker.active == 1)
    }

    @Test func aServerThatDrainsSaysSoAndLetsThemBackIn() throws {
        let worker = try worker(), client = try VirtualCaller(worker)
        worker.drain(until: worker.now.advanced(milliseconds: 20_000))
        #expect(client.next("session.go_away")?["deadline_ms"] as? Int == 20_000)
        client.link.cut()
        #expect(client.comeBack() && client.next("session.resumed") != nil)
    }

    @Test func theSlotIsFreedWhenTheTimeIsOver() throws {
        let worker = try worker(slots: 1, resume: 5), client = try VirtualCaller(worker)
        client.link.cut()
        worker.advance(to: worker.now.advanced(milliseconds: 4900))
        #expect(worker.held == 1 && worker.open() == nil)
        worker.advance(to: worker.now.advanced(milliseconds: 300))
        #expect(worker.held == 0 && worker.active == 0 && worker.ends == ["connection_lost"])
        #expect(!client.comeBack())
        _ = try VirtualCaller(worker)
    }

    @Test func whoMeansToGoKeepsNoSlot() throws {
        let worker = try worker()
        for code in [1000, 1001, 1005, 4001] as [UInt16] {
            try VirtualCaller(worker).link.send(.close(code: code, reason: ""))
            #expect(worker.active == 0 && worker.held == 0, "\(code)")
        }
        // A library that waited for a pong in vain.
        try VirtualCaller(worker).link.send(.close(code: 1011, reason: ""))
        #expect(worker.held == 1)
    }

    @Test func whoHasNoTicketKeepsNoSlot() throws {
        let off = try worker(resume: 0), client = try VirtualCaller(off)
        #expect(client.token == "")
        client.link.cut()
        #expect(off.active == 0 && off.held == 0)
        let worker = try worker()
        for path in ["/v1/duplex", "/api/chat", "/v1/live/sessions"] {
            let link = try #require(worker.open(WireProtocols.entry(path: path)!))
            if path == "/v1/live/sessions" { link.send(.text(#"{"type":"session.start"}"#)) }
            link.cut()
        }
        #expect(worker.active == 0 && worker.held == 0 && worker.ends.count == 3)
    }

    @Test func aWrongTokenOpensNothing() throws {
        let worker = try worker(), client = try VirtualCaller(worker), old = client.link, token = client.token
        for wrong in [String(token.dropLast()), String(token.reversed()), ""] {
            #expect(client.comeBack(token: wrong))
            let error = client.next("error")?["error"] as? [String: Any]
            #expect(error?["code"] as? String == "session_not_found" && client.code == 1008)
        }
        // Another's door.
        let other = try VirtualCaller(worker)
        #expect(client.comeBack(other.id) && client.next("session.resumed") == nil && client.code == 1008)
        // Nobody was disturbed.
        _ = old.receive()
        old.send(.text(#"{"type":"session.clock","client_ms":7}"#))
        #expect("\(old.receive())".contains("session.clock"))
        #expect(worker.counts[.sessionsResumed] == nil)
    }

    @Test(arguments: [
        WireMessage.text(#"{"type":"session.start"}"#), .text("?"), .binary([0, 0]),
    ]) func aConnectionThatIsToTakeUpASessionMustSaySoFirst(_ message: WireMessage) throws {
        let worker = try worker(), client = try VirtualCaller(worker)
        let guest = try #require(worker.open(resuming: client.id))
        guest.send(message)
        let answer = guest.receive().map(\.message)
        #expect("\(answer)".contains("expected_session_resume"))
        #expect(answer.last == .close(code: 1008, reason: "expected_session_resume") && worker.active == 1)
    }

    @Test func aGuestWithoutATokenIsToldSo() throws {
        let worker = try worker(), client = try VirtualCaller(worker)
        let guest = try #require(worker.open(resuming: client.id))
        guest.send(.text(#"{"type":"session.resume","id":"\#(client.id)"}"#))
        let answer = guest.receive().map(\.message)
        #expect("\(answer)".contains("token is missing."))
        #expect(answer.last == .close(code: 1008, reason: "invalid_value") && worker.active == 1)
    }

    @Test func aGuestWhoSaysNothingIsSentAway() throws {
        let worker = try worker(), client = try VirtualCaller(worker)
        let guest = try #require(worker.open(resuming: client.id))
        worker.advance(to: worker.now.advanced(milliseconds: 9900))
        #expect(!guest.isOver)
        worker.advance(to: worker.now.advanced(milliseconds: 300))
        #expect(guest.isOver && worker.active == 1)
    }
}
