// What a client that comes back must show, and what it is told.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct ResumeTests {
    private func client() -> DuetClient {
        let client = DuetClient(audio: #","framing":"header""#)
        client.wire.ticket = .make()
        return client
    }

    @Test func aTicketIsLongAndEveryOneIsAnother() {
        var random = Random(seed: 1)
        let tokens = (0..<100).map { _ in ResumeTicket(seconds: 30, random: &random).token }
        #expect(Set(tokens).count == 100)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{64}/) != nil })
    }

    @Test func onlyTheTokenMatches() {
        let ticket = ResumeTicket.make(), token = ticket.token
        #expect(ticket.matches(token))
        let last = token.last == "0" ? "1" : "0", first = token.first == "0" ? "1" : "0"
        for wrong in [token.dropLast() + last, first + token.dropFirst(), token + "0", String(token.dropLast()), ""] {
            #expect(!ticket.matches(wrong))
        }
    }

    @Test func aRequestNamesItsSession() throws {
        let text = #"{"type":"session.resume","id":"duet_1","token":"ab","last_sequence":7}"#
        let request = try #require(ResumeRequest(text))
        #expect(request.id == "duet_1" && request.token == "ab" && request.lastSequence == 7)
        let short = ResumeRequest(#"{"type":"session.resume","id":"duet_1","token":"ab"}"#)
        #expect(short != nil && short?.lastSequence == nil)
        for wrong in [
            "", "{}", "[]", #"{"type":"session.start","id":"a","token":"b"}"#, #"{"type":"session.resume","id":"a"}"#,
            #"{"type":"session.resume","id":1,"token":"b"}"#,
        ] { #expect(ResumeRequest(wrong) == nil, "\(wrong)") }
    }

    @Test(arguments: [
        (#"{"type":"session.resume","id":"a"}"#, "token"), (#"{"type":"session.resume","token":"b"}"#, "id"),
        (#"{"type":"session.resume","id":1,"token":"b"}"#, "id"),
        (#"{"type":"session.resume","id":"a","token":"b","last_sequence":"7"}"#, "last_sequence"),
    ]) func aRequestsFaultNamesTheField(_ text: String, _ param: String) throws {
        let messages = ResumeRequest.refusal(of: text), event = try #require(DuetClient.objects(messages).first)
        let error = try #require(event["error"] as? [String: Any])
        #expect(error["code"] as? String == "invalid_value" && error["param"] as? String == param)
        #expect(messages.last == .close(code: 1008, reason: "invalid_value"))
    }

    @Test func whatIsNoRequestIsToldWhatIsExpected() {
        for text in ["{", #"{"type":"session.start"}"#] {
            #expect("\(ResumeRequest.refusal(of: text))".contains("expected_session_resume"))
        }
        let plain = DuetProtocol(.standard).received(text: #"{"type":"session.resume","id":"a","token":"b"}"#)
        #expect("\(plain)".contains("expected_session_start") && "\(plain)".contains("?resume=ID"))
    }

    @Test func theStartTellsTheTicket() {
        let client = client(), session = client.start()["session"] as? [String: Any]
        let resume = session?["resume"] as? [String: Any]
        #expect(resume?["token"] as? String == client.wire.ticket?.token && resume?["seconds"] as? Int == 30)
        #expect((DuetClient().start()["session"] as? [String: Any])?["resume"] == nil)
    }

    @Test func whatCameWhileNobodyListenedIsToldAndAudioGoesOn() throws {
        let client = client()
        _ = client.start()
        _ = client.events(.userText(" before", start: 0, end: 80))
        _ = client.slice()
        client.wire.lost()
        _ = client.events(.userText(" after", start: 80, end: 160))
        #expect(client.slice() == nil, "nobody hears it")
        _ = client.events(.clock(client: 1, server: 2))
        let messages = client.wire.resumed(after: nil)
        #expect(DuetClient.types(messages) == ["session.resumed", "session.input_transcript.delta"])
        let resumed = DuetClient.objects(messages)[0], session = resumed["session"] as? [String: Any]
        #expect(resumed["at_ms"] as? Int == 160 && resumed["replayed"] as? Int == 1)
        #expect(session?["id"] as? String == "duet_1")
        #expect((session?["resume"] as? [String: Any])?["token"] as? String == client.wire.ticket?.token)
        #expect(DuetClient.objects(messages)[1]["delta"] as? String == " after")
        let header = try #require(client.slice()?.header)
        #expect(header.sequence == 2 && header.position == 160 * 48 && header.flags.contains(.discontinuity))
        #expect(client.slice()?.header.flags.contains(.discontinuity) == false)
    }

    @Test func aClientThatTellsWhatItHeardMissesNothing() {
        let client = client()
        _ = client.start()
        for number in 0..<10 as Range<Int64> {
            _ = client.events(.userText(" \(number)", start: number * 80, end: number * 80 + 80))
            _ = client.slice()
        }
        // Sent, but was it received?
        client.wire.lost()
        let texts = { (after: Int64?) in
            DuetClient.objects(client.wire.resumed(after: after)).compactMap { $0["delta"] as? String }
        }
        #expect(texts(6) == [" 7", " 8", " 9"])
        #expect(texts(9) == [] && texts(.max) == [])
        #expect(texts(-1).count == 10 && texts(.min).count == 10)
    }

    @Test func whatIsKeptIsBounded() {
        let client = client(), piece = String(repeating: "x", count: 1000)
        _ = client.start()
        client.wire.lost()
        for _ in 0..<200 { _ = client.events(.userText(piece, start: 0, end: 80)) }
        let messages = client.wire.resumed(after: nil)
        let bytes = messages.dropFirst().reduce(0) { if case .text(let text) = $1 { $0 + text.utf8.count } else { $0 } }
        #expect(bytes <= TextLog.bytesMax && bytes > TextLog.bytesMax - 1200)
        #expect(DuetClient.objects(messages)[0]["replayed"] as? Int == messages.count - 1)
    }

    @Test func theNewestTextsStay() {
        var log = TextLog()
        for number in 0..<100_000 { log.append("\(number)", before: UInt32(number)) }
        #expect(log.count == 100_000)
        #expect(log.since(99_998) == ["99998", "99999"] && log.since(100_000).isEmpty)
        #expect(log.after(99_997) == ["99998", "99999"])
        let kept = log.since(0)
        #expect(kept.count == TextLog.bytesMax / 5 && kept.last == "99999")
    }

    @Test func withoutATicketNothingIsKept() {
        let client = DuetClient()
        _ = client.start()
        client.wire.lost()
        _ = client.events(.userText("a", start: 0, end: 80))
        #expect(client.wire.resumed(after: nil).isEmpty)
    }
}
