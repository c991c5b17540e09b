// Clients that are cut off and come back, or do not: the real server and sockets, a model without weights.

import Foundation
import Testing

@testable import Sockets
@testable import Wire
@testable import duet

@Suite(.serialized) struct ResumeTests {
    private func voice(_ seconds: Double) -> [Float] { [Float](repeating: 0.3, count: Int(seconds * 16_000)) }

    /// Whether anything was said in the voice that was heard: the model answers in it.
    private func isAnswered(_ heard: [Float]) -> Bool { heard.contains { abs($0 - 0.3) < 0.01 } }

    // MARK: Coming back

    @Test(.timeLimit(.minutes(1))) func aClientThatWasCutOffComesBackToItsConversation() throws {
        // Full with one: nobody else comes in, who was there does.
        let service = try FakeService(sessionsMax: 1)
        let client = try ReturningClient(service.url, fields: #","seed":10"#)
        try client.talk(voice(0.8))
        let before = try #require(client.last)
        client.cutOff()
        #expect(service.becomes("duet_sessions_held", 1) && service.metric("duet_sessions_active") == 1)
        #expect(service.refusal(service.url) == 503)
        try client.comeBack(after: Int64(before.sequence))
        let resumed = try #require(try client.next("session.resumed"))
        let session = resumed["session"] as? [String: Any], ticket = session?["resume"] as? [String: Any]
        #expect(session?["id"] as? String == client.id && ticket?["token"] as? String == client.token)
        #expect(ticket?["seconds"] as? Int == 30 && resumed["at_ms"] as? Int ?? 0 >= Int(before.position / 48))
        // What it said before is answered now, thirteen slices long.
        try client.talk(silence(1.6))
        #expect(isAnswered(client.heard))
        let after = try #require(client.last)
        #expect(after.sequence > before.sequence && after.position == UInt64(after.sequence) * 3840)
        #expect(service.metric("duet_sessions_held") == 0 && service.metric("duet_sessions_resumed_total") == 1)
        #expect(service.metric("duet_sessions_active") == 1 && service.metric("duet_sessions_total") == 1)
        // It is the same conversation as ever.
        try client.talk(voice(0.8) + silence(0.8))
        #expect(client.events.contains { $0["type"] as? String == "session.output_transcript.delta" })
        try client.send(text: #"{"type":"session.close"}"#)
        #expect(try client.ending() == 1000)
        #expect(service.becomes("duet_sessions_active", 0))
    }

    @Test(.timeLimit(.minutes(1))) func theFirstAudioSaysThatSomethingIsMissingAndWhatWasSaidIsTold() throws {
        let service = try FakeService(), client = try ReturningClient(service.url, fields: #","decisions":true"#)
        try client.talk(voice(0.4))
        let before = try #require(client.last).sequence
        client.cutOff()
        #expect(service.becomes("duet_sessions_held", 1))
        usleep(400_000)
        try client.comeBack(after: Int64(before))
        let replayed = try #require(try client.next("session.resumed")?["replayed"] as? Int)
        #expect(replayed >= 4, "a decision each slice")
        #expect(client.heard.isEmpty)
        _ = try client.hear()
        #expect(client.last?.flags.contains(.discontinuity) == true)
        #expect(try client.hear()?.flags.contains(.discontinuity) == false)
        let decisions = client.events.compactMap {
            $0["type"] as? String == "session.decision" ? $0["at_ms"] as? Int : nil
        }
        // The last one before the cut may come twice.
        #expect(Set(decisions) == Set((0...decisions.max()! / 80).map { $0 * 80 }), "none is missing")
    }

    @Test(.timeLimit(.minutes(1))) func aConnectionThatStillSeemsOpenIsReplaced() throws {
        let service = try FakeService(sessionsMax: 1), client = try ReturningClient(service.url)
        let old = try #require(client.socket)
        try client.comeBack()
        #expect(try client.next("session.resumed") != nil)
        var last: WireMessage?
        while let message = try old.receive(timeout: 2) {
            last = message
            if case .close = message { break }
        }
        #expect(last == .close(code: 4000, reason: "replaced"))
        try client.talk(voice(0.8) + silence(0.8))
        #expect(isAnswered(client.heard) && service.metric("duet_sessions_held") == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aServerThatDrainsSaysSoAndLetsThemBackIn() throws {
        let service = try FakeService(), client = try ReturningClient(service.url)
        service.service.drain(seconds: 20)
        let goAway = try #require(try client.next("session.go_away"))
        #expect((19_000...20_000).contains(goAway["deadline_ms"] as? Int ?? 0))
        #expect(service.refusal(service.url) == 503)
        client.cutOff()
        #expect(service.becomes("duet_sessions_held", 1) && service.service.sessionCount == 1)
        try client.comeBack()
        #expect(try client.next("session.resumed") != nil)
    }

    // MARK: Not coming back

    @Test(.timeLimit(.minutes(1))) func theSlotIsFreedWhenTheTimeIsOver() throws {
        let service = try FakeService(sessionsMax: 1, resumeSeconds: 1)
        let client = try ReturningClient(service.url)
        client.cutOff()
        #expect(service.becomes("duet_sessions_held", 1))
        #expect(service.becomes("duet_sessions_held", 0) && service.becomes("duet_sessions_active", 0))
        #expect(service.service.sessionCount == 0)
        #expect(service.refusal(service.url + "?resume=\(client.id)") == 404)
        _ = try ReturningClient(service.url)
    }

    @Test(.timeLimit(.minutes(1))) func whoMeansToGoKeepsNoSlot() throws {
        let service = try FakeService()
        for code in [1000, 1001, 1005, 4001] as [UInt16] {
            let client = try ReturningClient(service.url)
            try code == 1005 ? client.socket?.frame(8, []) : client.socket?.close(code: code)
            #expect(service.becomes("duet_sessions_active", 0) && service.metric("duet_sessions_held") == 0, "\(code)")
        }
        let pinged = try ReturningClient(service.url)
        try pinged.socket?.close(code: 1011)
        #expect(service.becomes("duet_sessions_held", 1), "a library that waited for a pong in vain")
    }

    @Test(.timeLimit(.minutes(1))) func whoHasNoTicketKeepsNoSlot() throws {
        let off = try FakeService(resumeSeconds: 0), client = try ReturningClient(off.url)
        #expect(client.token == "")
        client.cutOff()
        #expect(off.becomes("duet_sessions_active", 0) && off.metric("duet_sessions_held") == 0)
        let service = try FakeService()
        var sockets = try [
            WebSocketClient(service.url), WebSocketClient(service.url("/api/chat")),
            WebSocketClient(service.url("/v1/live/sessions")),
        ]
        try sockets[2].send(text: #"{"type":"session.start"}"#)
        _ = try sockets[2].receive()
        #expect(service.becomes("duet_sessions_active", 3))
        sockets = []
        #expect(service.becomes("duet_sessions_active", 0) && service.metric("duet_sessions_held") == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aStopEndsSessionsThatWait() throws {
        var service: FakeService? = try FakeService()
        let client = try ReturningClient(service!.url)
        client.cutOff()
        #expect(service!.becomes("duet_sessions_held", 1))
        let begun = Date()
        service = nil
        #expect(-begun.timeIntervalSinceNow < 3)
    }

    // MARK: Others

    @Test(.timeLimit(.minutes(1))) func aWrongTokenOpensNothing() throws {
        let service = try FakeService(), client = try ReturningClient(service.url)
        let old = try #require(client.socket), token = client.token
        for wrong in [String(token.dropLast()), String(token.reversed()), ""] {
            try client.comeBack(token: wrong)
            let error = try client.next("error")?["error"] as? [String: Any]
            #expect(error?["code"] as? String == "session_not_found")
            #expect(try client.ending() == 1008)
        }
        let other = try ReturningClient(service.url)
        let thief = try WebSocketClient(service.url + "?resume=\(other.id)")
        try thief.send(text: #"{"type":"session.resume","id":"\#(client.id)","token":"\#(token)"}"#)
        #expect("\(String(describing: try thief.receive()))".contains("session_not_found"), "another's door")
        // Nobody was disturbed.
        try old.send(text: #"{"type":"session.clock","client_ms":7}"#)
        var answer = ""
        for _ in 0..<100 where !answer.contains("session.clock") {
            if case .text(let text)? = try old.receive(timeout: 2) { answer = text }
        }
        #expect(answer.contains("session.clock"))
        #expect(service.metric("duet_sessions_resumed_total") == 0)
    }

    @Test(.timeLimit(.minutes(1))) func onlySessionsThatAreThereLetAConnectionPast() throws {
        let service = try FakeService(sessionsMax: 1), client = try ReturningClient(service.url)
        for query in ["?resume=duet_99", "?resume=", "?resume"] {
            #expect(service.refusal(service.url + query) == 404, "\(query)")
        }
        let url = service.url + "?resume=\(client.id)"
        let guests = try (0...Lobby.guestsMax).map { _ in try WebSocketClient(url) }
        // One too many: the oldest goes.
        #expect("\(String(describing: try guests[0].receive(timeout: 2)))".contains("expected_session_resume"))
        #expect(service.service.sessionCount == 1)
        // Live has its own queries.
        #expect(service.refusal(service.url("/v1/live/sessions?resume=\(client.id)")) == 503)
    }

    @Test(.timeLimit(.minutes(1))) func aConnectionThatIsToTakeUpASessionMustSaySoFirst() throws {
        let service = try FakeService(), client = try ReturningClient(service.url)
        let url = service.url + "?resume=\(client.id)"
        for send in [
            { try $0.send(text: #"{"type":"session.start"}"#) }, { try $0.send(text: "?") },
            { try $0.send(binary: [0, 0]) },
        ] as [(WebSocketClient) throws -> Void] {
            let guest = try WebSocketClient(url)
            try send(guest)
            #expect("\(String(describing: try guest.receive()))".contains("expected_session_resume"))
            #expect(try guest.receive() == .close(code: 1008, reason: "expected_session_resume"))
        }
        #expect(service.metric("duet_sessions_active") == 1)
    }

    // MARK: Giving way

    /// Two that were cut off are more than one address's share of three places.
    @Test(.timeLimit(.minutes(1))) func placesThatAnAddressDoesNotUseGiveWayToACaller() throws {
        let service = try FakeService(sessionsMax: 3)
        let owner = try ReturningClient(service.url), gone = try (0..<2).map { _ in try ReturningClient(service.url) }
        for client in gone { client.cutOff() }
        #expect(service.becomes("duet_sessions_held", 2))
        #expect(service.refusal(service.url) == 503)
        #expect(service.becomes("duet_sessions_active", 2))
        let newcomer = try ReturningClient(service.url)
        // One alone is no more than its share.
        #expect(service.refusal(service.url) == 503)
        usleep(200_000)
        #expect(service.metric("duet_sessions_active") == 3 && service.metric("duet_sessions_held") == 1)
        for client in [owner, newcomer] { try client.talk(voice(0.2)) }
    }

    @Test(.timeLimit(.minutes(1))) func aClientThatDoesNotStartGivesWayAfterASecond() throws {
        let service = try FakeService(sessionsMax: 1)
        let silent = try WebSocketClient(service.url)
        #expect(service.becomes("duet_sessions_active", 1))
        #expect(service.refusal(service.url) == 503)
        usleep(1_100_000)
        #expect(service.metric("duet_sessions_active") == 1)
        #expect(service.refusal(service.url) == 503)
        #expect(service.becomes("duet_sessions_active", 0))
        _ = try ReturningClient(service.url)
        withExtendedLifetime(silent) {}
    }

    @Test(.timeLimit(.minutes(1))) func sessionsOfOneAddressHaveALimit() throws {
        let service = try FakeService(sessionsMax: 3, sessionsPerAddressMax: 1)
        let client = try ReturningClient(service.url)
        #expect(service.refusal(service.url) == 429)
        try client.send(text: #"{"type":"session.close"}"#)
        #expect(service.becomes("duet_sessions_active", 0))
        _ = try ReturningClient(service.url)
    }

    @Test(.timeLimit(.minutes(1))) func idsCannotBeGuessedAndTheTokenOpensTheDoor() throws {
        let service = try FakeService(sessionsMax: 2)
        let client = try ReturningClient(service.url), other = try ReturningClient(service.url)
        #expect(client.id.count == 5 + 32 && client.id.dropFirst(7) != other.id.dropFirst(7))
        client.cutOff()
        #expect(service.becomes("duet_sessions_held", 1))
        #expect(service.refusal(service.url + "?resume=\(client.id)&token=\(other.token)") == 404)
        let strangers = try (0..<8).map { _ in try WebSocketClient(service.url + "?resume=\(client.id)") }
        // Not even where it shows the token behind the door alone.
        try client.comeBack(token: client.token)
        #expect(try client.next("session.resumed") != nil)
        withExtendedLifetime(strangers) {}
    }
}
