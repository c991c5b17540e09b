// OpenAI's Realtime protocol: turns that the client takes back, recordings, and what nobody said.

import Foundation
import Testing

@testable import Wire

@Suite struct RealtimeTurnTests {
    private func transcribing() -> RealtimeClient {
        let client = RealtimeClient()
        client.send(#"{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"w"}}}}}"#)
        _ = (client.events(), client.actions())
        return client
    }

    private func transcripts(_ events: [[String: Any]]) -> [String] {
        events.filter { $0["type"] as? String == "conversation.item.input_audio_transcription.completed" }
            .compactMap { $0["transcript"] as? String }
    }

    // MARK: input_audio_buffer.clear

    @Test func whatWasClearedIsNoPartOfTheNextTurn() {
        let client = transcribing()
        client.speak(400)
        client.user("tell", "me", end: false)
        _ = client.events()
        client.send(#"{"type":"input_audio_buffer.clear"}"#)
        let types = client.types()
        // Who shows that the user speaks must learn that it is over.
        #expect(types == ["input_audio_buffer.speech_stopped", "input_audio_buffer.cleared"])
        // Its last word was on its way.
        client.user("a", end: false)
        client.pass(12)
        #expect(client.types() == [])
        client.speak(400)
        client.pass(4)
        client.user("what", "day")
        #expect(transcripts(client.events()) == ["what day"])
    }

    /// The model has heard it all the same; it does not answer before somebody speaks again.
    @Test func whatWasClearedIsNotAnswered() {
        let client = transcribing()
        client.speak(400)
        client.user("tell", "me", end: false)
        client.send(#"{"type":"input_audio_buffer.clear"}"#)
        #expect(client.actions() == [.speakOnlyWhenAsked(true)])
        client.pass(12)
        client.speak(400)
        client.pass(4)
        #expect(client.actions() == [.speakOnlyWhenAsked(false)])
    }

    @Test func clearingWhereNobodySpeaksChangesNothing() {
        let client = transcribing()
        client.speak(400, level: 0)
        client.pass(10)
        client.send(#"{"type":"input_audio_buffer.clear"}"#)
        #expect(client.types() == ["input_audio_buffer.cleared"] && client.actions() == [])
        client.speak(400)
        client.user("what", "day")
        #expect(transcripts(client.events()) == ["what day"])
    }

    // MARK: Recordings

    private func recording(_ milliseconds: Int) -> String {
        let audio = Base64.encode((0..<milliseconds * 24).flatMap { _ in [UInt8(0x40), UInt8(0x1f)] })
        return
            #"{"type":"conversation.item.create","item":{"id":"r","type":"message","role":"user","content":[{"type":"input_audio","audio":"\#(audio)"}]}}"#
    }

    @Test(arguments: [3000, 12_000]) func aRecordingInAnItemIsHeard(_ milliseconds: Int) {
        let client = transcribing()
        client.send(recording(milliseconds))
        #expect(client.types() == ["conversation.item.added", "conversation.item.done"])
        client.pass(milliseconds / 80 + 10)
        #expect(abs(client.heard / 16 - milliseconds) < 30)
    }

    // MARK: What nobody said

    /// The model breaks off by itself: nobody is told to have spoken, and the answer is as long as it is.
    @Test func anAnswerThatBreaksOffInSilenceIsNotCancelledByTheUser() {
        let client = transcribing()
        client.answer("once", "upon", end: false)
        _ = client.events()
        client.encode(.listening(at: 3000), .interrupted(at: 3000))
        client.pass(20)
        let events = client.events(), types = events.compactMap { $0["type"] as? String }
        #expect(!types.contains { $0.hasPrefix("input_audio_buffer") } && transcripts(events) == [])
        let done = events.first { $0["type"] as? String == "response.done" }
        #expect(field(done, "response.status") == "completed")
    }
}
