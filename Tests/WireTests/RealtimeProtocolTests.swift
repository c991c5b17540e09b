// OpenAI's Realtime protocol: the conversation as turns, items and responses.

import Foundation
import Testing

@testable import Wire

@Suite struct RealtimeProtocolTests {
    private static let answerTypes = [
        "response.created", "response.output_item.added", "conversation.item.added", "response.content_part.added",
    ]
    private static let endTypes = [
        "response.output_audio.done", "response.output_audio_transcript.done", "response.content_part.done",
        "conversation.item.done", "response.output_item.done", "response.done",
    ]

    // MARK: Sessions

    @Test func aSessionStartsWithItsConnection() {
        let client = RealtimeClient()
        let event = client.events().first
        #expect(client.asked == [.start(seed: 0)])
        #expect(field(event, "type") == "session.created" && field(event, "event_id", as: String.self) != nil)
        #expect(field(event, "session.id") == "sess_duet_1" && field(event, "session.model") == "m")
        #expect(field(event, "session.type") == "realtime" && field(event, "session.tool_choice") == "auto")
        #expect(field(event, "session.audio.input.format.rate") == 24_000)
        #expect(field(event, "session.audio.input.turn_detection.type") == "server_vad")
        #expect(field(event, "session.audio.input.turn_detection.interrupt_response") == true)
        #expect(field(event, "session.expires_at", as: Int.self) ?? 0 > 1_700_000_000)
    }

    @Test func anUpdateIsMergedAndNullClears() {
        let client = RealtimeClient()
        client.send(
            #"{"type":"session.update","session":{"type":"realtime","instructions":"x","audio":{"input":{"format":{"type":"audio/pcmu"},"turn_detection":{"type":"semantic_vad","eagerness":"low"},"transcription":{"model":"w"}},"output":{"voice":"ash"}}}}"#
        )
        var event = client.events().last
        #expect(field(event, "type") == "session.updated" && field(event, "session.instructions") == "x")
        #expect(field(event, "session.audio.input.format.type") == "audio/pcmu")
        #expect(field(event, "session.audio.input.format.rate", as: Int.self) == nil)
        #expect(field(event, "session.audio.output.format.rate") == 24_000)
        #expect(field(event, "session.audio.output.voice") == "ash")
        #expect(field(event, "session.audio.input.turn_detection.eagerness") == "low")
        #expect(field(event, "session.audio.input.turn_detection.create_response") == true)
        #expect(field(event, "session.audio.input.turn_detection.threshold", as: Double.self) == nil)
        client.send(#"{"type":"session.update","session":{"audio":{"input":{"transcription":null}}}}"#)
        event = client.events().last
        #expect(field(event, "session.audio.input.transcription", as: [String: Any].self) == nil)
        #expect(field(event, "session.audio.input.turn_detection.type") == "semantic_vad")
    }

    @Test func anUpdateThatCannotBeChangesNothing() {
        let client = RealtimeClient()
        for (update, param) in [
            (#"{"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}"#, "session.audio.input.format.rate"),
            (#"{"audio":{"output":{"format":{"type":"audio/opus"}}}}"#, "session.audio.output.format"),
            (#"{"audio":{"input":{"turn_detection":{"type":"model"}}}}"#, "session.audio.input.turn_detection.type"),
            (#"{"type":"other"}"#, "session.type"),
        ] {
            _ = client.events()
            client.send(#"{"type":"session.update","event_id":"e","session":\#(update)}"#)
            #expect(error(client) == ("invalid_value", param, "e"), "\(update)")
        }
        client.send(#"{"type":"session.update","session":{"instructions":"still here"}}"#)
        #expect(field(client.events().last, "session.audio.input.format.rate") == 24_000)
    }

    @Test func aSecretsSessionIsTheConnections() {
        let client = RealtimeClient(session: #"{"audio":{"input":{"turn_detection":null}},"instructions":"kept"}"#)
        #expect(client.asked == [.start(seed: 0), .speakOnlyWhenAsked(true)])
        #expect(field(client.events().first, "session.instructions") == "kept")
    }

    // MARK: Turns and responses

    @Test func aTurnAndItsAnswerComeInTheOrderThatClientsGoBy() {
        let client = RealtimeClient()
        client.send(#"{"type":"session.update","session":{"audio":{"input":{"transcription":{"model":"w"}}}}}"#)
        _ = client.events()
        client.user("hello", "there")
        client.answer("hi", "you")
        let events = client.events(), types = events.compactMap { $0["type"] as? String }
        let user = "conversation.item.input_audio_transcription"
        #expect(
            types == [
                "input_audio_buffer.speech_started", user + ".delta", user + ".delta",
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
                "conversation.item.done", user + ".completed",
            ] + Self.answerTypes + [
                "response.output_audio_transcript.delta", "response.output_audio.delta",
                "response.output_audio_transcript.delta", "response.output_audio.delta",
            ] + Self.endTypes)
        #expect(field(events[0], "audio_start_ms") == 700 && field(events[3], "audio_end_ms") == 1800)
        #expect(field(events[7], "transcript") == "hello there" && field(events[7], "usage.type") == "duration")
        #expect(field(events[10], "previous_item_id") == field(events[5], "item.id", as: String.self))
        let done = events.last
        #expect(field(done, "response.status") == "completed")
        #expect(field(done, "response.output.0.content.0.transcript") == "hi you")
        #expect(field(done, "response.usage.output_token_details.audio_tokens") == 2)
        // 80 ms at 24 kHz.
        #expect(Base64.decode(field(events[13], "delta") ?? "")?.count == 3840)
    }

    @Test func whoIsRecognisedAsAWholeIsToldToSpeakFromTheBeginning() {
        let client = RealtimeClient()
        _ = client.events()
        client.encode(.userGuess("", at: 400))
        #expect(client.types() == ["input_audio_buffer.speech_started"])
        client.pass(30)
        client.encode(.userGuess("what day", at: 1600))
        #expect(client.types() == [], "it is no caption yet")
        client.user("what day is it", at: 2400)
        #expect(
            client.types() == [
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed", "conversation.item.added",
                "conversation.item.done",
            ])
        client.encode(.userGuess("", at: 4000), .userGuess("", at: 4800))
        #expect(client.types().prefix(2) == ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped"])
    }

    @Test func aHumDuringAnAnswerDoesNotTellClientsToStop() {
        let client = RealtimeClient()
        client.answer("once", "upon", end: false)
        _ = client.events()
        client.user("uhuh")
        #expect(
            client.types() == [
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
            ])
        client.answer("a")
        #expect(client.events().last?["type"] as? String == "response.done")
    }

    @Test func anInterruptionIsToldBeforeTheAnswerIsCancelled() {
        let client = RealtimeClient()
        client.answer("once", "upon", end: false)
        _ = client.events()
        client.speak(200)
        client.user("stop", end: false)
        #expect(client.types() == [])
        client.encode(.listening(at: 3000), .interrupted(at: 3000))
        client.pass()
        let events = client.events()
        #expect(
            events.compactMap { $0["type"] as? String } == ["input_audio_buffer.speech_started"] + Self.endTypes)
        #expect(field(events.last, "response.status") == "cancelled")
        #expect(field(events.last, "response.status_details.reason") == "turn_detected")
        #expect(field(events.last, "response.output.0.status") == "incomplete")
        client.pass()
        #expect(client.types() == [], "nothing of a response that is over")
    }

    @Test func whoMustNotInterruptIsNotHeardMeanwhile() {
        let client = RealtimeClient()
        client.send(
            #"{"type":"session.update","session":{"audio":{"input":{"turn_detection":{"type":"server_vad","interrupt_response":false}}}}}"#
        )
        client.speak(20)
        client.answer("once", end: false)
        client.speak(20)
        let heard = client.asked.compactMap { if case .audio(let samples) = $0 { samples.max() } else { nil } }
        #expect(heard.count == 2 && heard[0] > 0.2 && heard[1] == 0)
    }

    @Test func anAnswerMayBeTextAlone() {
        let client = RealtimeClient()
        client.send(#"{"type":"session.update","session":{"output_modalities":["text"]}}"#)
        _ = client.events()
        client.answer("hi")
        let events = client.events()
        #expect(
            events.compactMap { $0["type"] as? String } == Self.answerTypes + [
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done", "response.done",
            ])
        #expect(field(events.last, "response.output.0.content.0.type") == "output_text")
        #expect(field(events.last, "response.output.0.content.0.text") == "hi")
    }

    @Test func theBetaHasItsNames() {
        let client = RealtimeClient(beta: true)
        let session = client.events().first
        #expect(field(session, "session.input_audio_format") == "pcm16")
        #expect(field(session, "session.modalities.0") == "audio")
        client.send(
            #"{"type":"session.update","session":{"output_audio_format":"g711_ulaw","turn_detection":null,"voice":"ash"}}"#
        )
        let updated = client.events().first
        #expect(
            field(updated, "session.output_audio_format") == "g711_ulaw" && field(updated, "session.voice") == "ash")
        client.send(#"{"type":"session.update","session":{"turn_detection":{"type":"server_vad"}}}"#)
        _ = client.events()
        client.user("hello")
        client.answer("hi")
        let events = client.events(), types = events.compactMap { $0["type"] as? String }
        #expect(types.contains("conversation.item.created") && types.contains("response.audio.delta"))
        #expect(types.contains("response.audio_transcript.delta") && !types.contains("conversation.item.done"))
        #expect(!types.contains { $0.contains("output_audio") || $0 == "conversation.item.added" })
        #expect(field(events.last, "response.output.0.content.0.type") == "audio")
        let audio = events.first { $0["type"] as? String == "response.audio.delta" }
        #expect(Base64.decode(field(audio, "delta") ?? "")?.count == 640, "80 ms of mu-law")
    }

    // MARK: Push to talk, typed text

    private func pushToTalk() -> RealtimeClient {
        let client = RealtimeClient()
        client.send(#"{"type":"session.update","session":{"audio":{"input":{"turn_detection":null}}}}"#)
        #expect(client.actions() == [.start(seed: 0), .speakOnlyWhenAsked(true)])
        _ = client.events()
        return client
    }

    @Test func whoPushesToTalkSaysWhenTheTurnIsOver() {
        let client = pushToTalk()
        client.speak(200)
        client.user("hello", end: false)
        #expect(client.types() == [])
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        client.send(#"{"type":"response.create"}"#)
        #expect(
            client.types() == [
                "input_audio_buffer.committed", "conversation.item.added", "conversation.item.done",
                "response.created",
            ])
        client.pass()
        #expect(client.actions() == [.speakOnlyWhenAsked(false)], "the model may end the turn by itself")
        client.encode(.userDone("hello", start: 0, end: 800))
        client.answer("hi")
        #expect(client.types().last == "response.done")
        client.pass()
        #expect(client.actions() == [.speakOnlyWhenAsked(true)])
    }

    @Test func whereTheEndWasPassedOverTheModelIsToldAgainWhatItHeard() {
        let client = pushToTalk()
        client.speak(200)
        client.user("hello", "there")
        client.pass(8)
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("hello there")])
        _ = client.events()
        // The engine tells what it was told: no turn of the user's.
        client.user("hello", "there")
        #expect(client.types() == [])
    }

    @Test func whereTheEndDoesNotComeTheModelIsToldToo() {
        let client = pushToTalk()
        client.speak(200)
        client.user("hello", end: false)
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        client.send(#"{"type":"response.create"}"#)
        client.pass(20)
        #expect(client.actions() == [.speakOnlyWhenAsked(false), .tell("hello")])
    }

    @Test func nothingToCommitIsAnError() {
        let client = pushToTalk()
        client.speak(50)
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        #expect(error(client).code == "input_audio_buffer_commit_empty")
        client.speak(200)
        client.send(#"{"type":"input_audio_buffer.clear"}"#)
        #expect(client.types() == ["input_audio_buffer.cleared"])
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        #expect(error(client).code == "input_audio_buffer_commit_empty")
    }

    @Test func aTypedMessageIsAnsweredWhenAResponseIsAskedFor() {
        let client = RealtimeClient()
        _ = (client.events(), client.actions())
        client.send(
            #"{"type":"conversation.item.create","item":{"id":"mine","type":"message","role":"user","content":[{"type":"input_text","text":"what is it"}]}}"#
        )
        let added = client.events()
        #expect(added.compactMap { $0["type"] as? String } == ["conversation.item.added", "conversation.item.done"])
        #expect(field(added[0], "item.content.0.text") == "what is it" && client.actions() == [])
        client.send(#"{"type":"response.create","response":{"metadata":{"client_event_id":"7"}}}"#)
        #expect(client.actions() == [.tell("what is it")])
        #expect(field(client.events().first, "response.metadata.client_event_id") == "7")
        client.user("what", "is", "it")
        #expect(client.types() == [], "it was typed")
        client.answer("that")
        #expect(client.events().last?["type"] as? String == "response.done")
        client.user("and", "this")
        #expect(client.types().first == "input_audio_buffer.speech_started")
    }

    @Test func aResponseThatNothingComesOfEnds() {
        let client = RealtimeClient()
        client.send(#"{"type":"response.create","response":{"instructions":"greet"}}"#)
        #expect(client.actions() == [.start(seed: 0), .tell("greet")])
        client.pass(70)
        let done = client.events().last
        #expect(field(done, "type") == "response.done" && field(done, "response.status") == "completed")
        #expect(field(done, "response.output", as: [Any].self)?.isEmpty == true)
    }

    @Test func oneResponseAtATime() {
        let client = RealtimeClient()
        client.answer("hi", end: false)
        client.send(#"{"type":"response.create","event_id":"e"}"#)
        #expect(error(client).code == "conversation_already_has_active_response")
        client.send(#"{"type":"response.cancel"}"#)
        #expect(client.actions().last == .interrupt)
        #expect(field(client.events().last, "response.status_details.reason") == "client_cancelled")
        client.send(#"{"type":"response.cancel"}"#)
        #expect(error(client).code == "response_cancel_not_active")
    }

    // MARK: What takes its time

    @Test func aLongTextAndALongFileAreAnsweredInTheirResponse() {
        let client = RealtimeClient()
        client.send(
            #"{"type":"response.create","response":{"instructions":"a text that is so long that it takes a while"}}"#)
        _ = client.events()
        // The model reads it, a word now and then.
        client.encode(.userText(" a", start: 0, end: 80))
        client.pass(90)
        #expect(client.types() == [])
        client.encode(.userDone("a long text", start: 0, end: 8000))
        client.answer("fine")
        #expect(client.types().filter { $0 == "response.created" }.isEmpty)
        let pushed = pushToTalk()
        pushed.speak(8000)
        pushed.send(#"{"type":"input_audio_buffer.commit"}"#)
        pushed.send(#"{"type":"response.create"}"#)
        _ = pushed.events()
        pushed.pass(90)
        #expect(pushed.types() == [])
        pushed.user("hello")
        pushed.answer("hi")
        #expect(pushed.types().last == "response.done")
    }

    @Test func oneCommitAfterTheOther() {
        let client = pushToTalk()
        for _ in 0..<3 {
            client.speak(200)
            client.send(#"{"type":"input_audio_buffer.commit"}"#)
            #expect(client.types().first == "input_audio_buffer.committed")
        }
    }

    @Test func aCommitWhileTurnsAreDetectedEndsTheTurnAtOnce() {
        let client = RealtimeClient()
        client.speak(200)
        client.user("hello", end: false)
        client.send(#"{"type":"input_audio_buffer.commit"}"#)
        let types = client.types()
        #expect(types.contains("input_audio_buffer.speech_stopped") && types.contains("input_audio_buffer.committed"))
        client.user("there")
        let more = client.types()
        #expect(more.first == "input_audio_buffer.speech_started" && more.contains("input_audio_buffer.speech_stopped"))
    }

    @Test func whatWasSaidIsOverWhenSomethingIsTyped() {
        let client = RealtimeClient()
        client.user("hm", end: false)
        client.send(
            #"{"type":"response.create","response":{"input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"who"}]}]}}"#
        )
        #expect(client.types().contains("input_audio_buffer.speech_stopped"))
        // Its own end was on its way.
        client.encode(.userDone("hm", start: 0, end: 800))
        client.user("who")
        #expect(client.types() == [])
        client.user("me")
        #expect(client.types().first == "input_audio_buffer.speech_started")
    }

    @Test func anAnswerThatWasCutStaysCut() {
        let client = RealtimeClient()
        client.answer("one", "two", "three", end: false)
        let id = client.wire.responses.lastItemID ?? ""
        client.send(#"{"type":"conversation.item.truncate","item_id":"\#(id)","content_index":0,"audio_end_ms":100}"#)
        client.send(#"{"type":"response.cancel"}"#)
        #expect(field(client.events().last, "response.output.0.content.0.transcript") == "one two")
    }
}
