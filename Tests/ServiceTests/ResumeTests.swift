// Clients that are cut off and come back, over real sockets; SwitchboardTests has all that needs none.

import Foundation
import DuetTesting
import Testing

@testable import Sockets
@testable import Switchboard
@testable import Wire
@testable import Callers
@testable import Service

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
        try client.talk(Tools.silence(1.6))
        #expect(isAnswered(client.heard))
        let after = try #require(client.last)
        #expect(after.sequence > before.sequence && after.position == UInt64(after.sequence) * 3840)
        #expect(service.metric("duet_sessions_held") == 0 && service.metric("duet_sessions_resumed_total") == 1)
        #expect(service.metric("duet_sessions_active") == 1 && service.metric("duet_sessions_total") == 1)
        // It is the same conversation as ever.
        try client.talk(voice(0.8) + Tools.silence(0.8))
        #expect(client.events.contains { $0["type"] as? String == "session.output_transcript.delta" })
        try client.send(text: #"{"type":"session.close"}"#)
        #expect(try client.ending() == 1000)
        #expect(service.becomes("duet_sessions_active", 0))
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
        try client.talk(voice(0.8) + Tools.silence(0.8))
        #expect(isAnswered(client.heard) && service.metric("duet_sessions_held") == 0)
    }

    // MARK: Not coming back

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

    @Test(.timeLimit(.minutes(1))) func onlySessionsThatAreThereLetAConnectionPast() throws {
        let service = try FakeService(sessionsMax: 1), client = try ReturningClient(service.url)
        for query in ["?resume=duet_99", "?resume=", "?resume"] {
            #expect(service.refusal(service.url + query) == 404, "\(query)")
        }
        let url = service.url + "?resume=\(client.id)"
        let guests = try (0...ResumeQueue.candidatesMax).map { _ in try WebSocketClient(url) }
        // One too many: the oldest goes.
        #expect("\(String(describing: try guests[0].receive(timeout: 2)))".contains("expected_session_resume"))
        #expect(service.service.sessionCount == 1)
        // Live has its own queries.
        #expect(service.refusal(service.url("/v1/live/sessions?resume=\(client.id)")) == 503)
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
