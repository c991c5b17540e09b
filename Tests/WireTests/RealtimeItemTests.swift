// OpenAI's Realtime protocol: items, what is no event, the extension, and audio that comes at once.

import Basics
import Foundation
import Testing

@testable import Wire

@Suite struct RealtimeItemTests {
    // MARK: Items

    @Test func itemsAreRetrievedTruncatedAndDeleted() {
        let client = RealtimeClient()
        client.answer("one", "two", "three")
        let id: String = field(client.events().last, "response.output.0.id") ?? ""
        client.send(#"{"type":"conversation.item.truncate","item_id":"\#(id)","content_index":0,"audio_end_ms":100}"#)
        client.send(#"{"type":"conversation.item.retrieve","item_id":"\#(id)"}"#)
        let events = client.events()
        #expect(field(events[0], "type") == "conversation.item.truncated" && field(events[0], "audio_end_ms") == 100)
        #expect(field(events[1], "item.content.0.transcript") == "one two")
        client.send(#"{"type":"conversation.item.delete","item_id":"\#(id)"}"#)
        #expect(client.types() == ["conversation.item.deleted"])
        for verb in ["retrieve", "truncate", "delete"] {
            client.send(#"{"type":"conversation.item.\#(verb)","item_id":"\#(id)"}"#)
            #expect(error(client).code == "item_\(verb)_invalid_item_id")
        }
    }

    @Test func anItemsPlaceAndIdAreTheClients() {
        let client = RealtimeClient()
        _ = client.events()
        func create(_ id: String, behind: String?) {
            let previous = behind.map { #""previous_item_id":"\#($0)","# } ?? ""
            client.send(
                #"{"type":"conversation.item.create",\#(previous)"item":{"id":"\#(id)","type":"message","role":"system","content":[]}}"#
            )
        }
        create("a", behind: nil)
        create("b", behind: nil)
        create("c", behind: "a")
        create("d", behind: "root")
        let added = client.events().filter { $0["type"] as? String == "conversation.item.added" }
        #expect(added.map { $0["previous_item_id"] as? String } == [nil, "a", "a", nil])
        create("a", behind: nil)
        #expect(error(client).code == "item_create_duplicate_item_id")
    }

    @Test func whatIsNoEventIsAnErrorAndTheSessionGoesOn() {
        let client = RealtimeClient()
        _ = client.events()
        for (text, code) in [
            ("[", "invalid_json"), (#"{"type":"nothing"}"#, "invalid_value"), ("{}", "invalid_value"),
            (#"{"type":"input_audio_buffer.append","audio":"*"}"#, "invalid_value"),
            (#"{"type":"session.update"}"#, "missing_required_parameter"),
            (#"{"type":"conversation.item.create","item":{"type":"picture"}}"#, "invalid_value"),
        ] {
            client.send(text)
            #expect(error(client).code == code, "\(text)")
        }
        client.user("hello")
        #expect(client.types().contains("input_audio_buffer.speech_started"))
    }

    @Test func anAppendWithoutAudioSaysWhatIsMissing() {
        let client = RealtimeClient()
        for (audio, code) in [
            ("", "missing_required_parameter"), (#","audio":null"#, "missing_required_parameter"),
            (#","audio":["AAAA"]"#, "invalid_type"), (#","audio":"?""#, "invalid_value"),
        ] {
            client.send(#"{"type":"input_audio_buffer.append","event_id":"a"\#(audio)}"#)
            let error = client.events().last?["error"] as? [String: Any]
            #expect(error?["code"] as? String == code && error?["param"] as? String == "audio", "\(audio)")
            #expect(error?["event_id"] as? String == "a", "\(audio)")
        }
    }

    @Test func aTranscriptionSessionOnlyListens() {
        let client = RealtimeClient(query: "intent=transcription")
        #expect(field(client.events().first, "session.type") == "transcription")
        #expect(client.actions() == [.start(seed: 0), .speakOnlyWhenAsked(true)])
        client.user("hello")
        #expect(client.types().last == "conversation.item.input_audio_transcription.completed")
        client.send(#"{"type":"response.create"}"#)
        #expect(error(client).code == "invalid_value")
    }

    @Test func whatIsDeletedIsNotToldAndOrderIsKept() {
        let client = RealtimeClient()
        func create(_ id: String, _ text: String, behind: String? = nil, role: String = "user") {
            let previous = behind.map { #""previous_item_id":"\#($0)","# } ?? ""
            client.send(
                #"{"type":"conversation.item.create",\#(previous)"item":{"id":"\#(id)","type":"message","role":"\#(role)","content":[{"type":"input_text","text":"\#(text)"}]}}"#
            )
        }
        create("a", "one")
        create("b", "two")
        create("c", "three", behind: "root")
        create("d", "be kind", role: "system")
        client.send(#"{"type":"conversation.item.delete","item_id":"b"}"#)
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.start(seed: 0), .tell("three one")])
        client.answer("fine")
        create("e", "greet me", role: "system")
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions() == [.tell("greet me")], "what a program writes counts where nobody else wrote")
    }

    @Test func anInterruptionInWhichNoWordWasHeardIsOverSoon() {
        let client = RealtimeClient()
        client.answer("once", end: false)
        client.speak(200)
        client.encode(.listening(at: 3000), .interrupted(at: 3000))
        _ = client.events()
        client.pass(20)
        #expect(
            client.types().filter { $0.hasPrefix("input_audio_buffer") } == [
                "input_audio_buffer.speech_stopped", "input_audio_buffer.committed",
            ])
    }

    @Test func theDuplexExtensionIsThereWhereItIsAskedFor() {
        let plain = RealtimeClient()
        plain.send(#"{"type":"session.close"}"#)
        #expect(error(plain).code == "invalid_value")
        let client = RealtimeClient(query: "duplex=1&model=m&autostart=0")
        #expect(field(client.events().first, "session.capabilities.supports_barge_in") == true)
        client.send(
            #"{"type":"session.update","session":{"modalities":["audio","text"],"input_audio_format":"pcm16","output_audio_format":"pcm16","sample_rate_hz":16000,"audio":{"input":{"sample_rate_hz":16000},"output":{"sample_rate_hz":24000}},"turn_detection":null}}"#
        )
        #expect(field(client.events().first, "session.audio.input.format.rate") == 16_000)
        #expect(client.actions() == [.start(seed: 0)], "the model takes its turns")
        client.answer("one", "two", "three", end: false)
        client.speak(200)
        client.encode(.listening(at: 3000), .interrupted(at: 3000))
        client.pass()
        let types = client.types()
        #expect(types.contains("response.speak") && types.contains("response.listen"))
        client.send(#"{"type":"playback.ack","played_ms":150,"committed_ms":100}"#)
        #expect(field(client.events().first, "type") == "playback.acknowledged")
        let item = client.wire.responses.lastItemID ?? ""
        client.send(#"{"type":"conversation.item.retrieve","item_id":"\#(item)"}"#)
        #expect(field(client.events().first, "item.content.0.transcript") == "one two")
        client.send(#"{"type":"session.close"}"#)
        #expect(client.actions() == [.close])
        client.encode(.closed(reason: "close_requested", seconds: 3))
        #expect(client.types() == ["session.closed"])
    }

    // MARK: Audio that comes at once

    /// In milliseconds.
    private func heard(_ client: RealtimeClient) -> Int { client.heard / 16 }

    @Test func aFileSentAtOnceIsHeardAsItSounds() {
        let client = RealtimeClient()
        client.speak(3000)
        #expect(heard(client) <= 240)
        client.pass(10)
        #expect((800...1120).contains(heard(client)))
        let asked = client.asked.reduce(0) { $0 + $1.sampleCount(.standard) } / 16
        #expect(asked >= 2990, "what waits is charged when it comes")
        client.pass(30)
        #expect(heard(client) >= 2990)
    }

    @Test func silenceThatWaitsIsCut() {
        let client = RealtimeClient()
        client.speak(3000, level: 0)
        client.speak(1000)
        client.pass(20)
        #expect((1200...1300).contains(heard(client)))
    }

    @Test func tooMuchThatWaitsIsRefusedWhole() {
        let client = RealtimeClient()
        for _ in 0..<4 { client.speak(9000) }
        #expect(error(client).code == "input_audio_buffer_full")
        client.pass(500)
        #expect((26_900...27_100).contains(heard(client)))
    }

    // MARK: What a client must not be able to do

    @Test(arguments: ["1e300", "-1e300", "9223372036854775807", "-9223372036854775808", "0.5", "-0", "true"])
    func numbersMayBeAnything(_ number: String) {
        let client = RealtimeClient()
        client.send(
            #"{"type":"session.update","session":{"temperature":\#(number),"audio":{"input":{"turn_detection":{"type":"server_vad","threshold":\#(number)}}}}}"#
        )
        #expect(client.types().last == (number == "true" ? "error" : "session.updated"))
        client.user("hello")
        #expect(client.types().first == "input_audio_buffer.speech_started")
        client.answer("hi")
        let id = client.wire.responses.lastItemID ?? ""
        client.send(
            #"{"type":"conversation.item.truncate","item_id":"\#(id)","content_index":0,"audio_end_ms":\#(number)}"#)
        #expect(client.events().last?["type"] != nil)
    }

    @Test func settingsDoNotGrowForEver() {
        let client = RealtimeClient(), filler = String(repeating: "x", count: 40_000)
        client.send(#"{"type":"session.update","session":{"a":"\#(filler)"}}"#)
        #expect(client.types().last == "session.updated")
        client.send(#"{"type":"session.update","session":{"b":"\#(filler)"}}"#)
        #expect(error(client).param == "session")
        client.send(#"{"type":"session.update","session":{"a":1}}"#)
        #expect(client.types() == ["session.updated"])
    }

    @Test func whatIsWrittenIsForgottenWhenItIsTooMuch() {
        let client = RealtimeClient(), filler = String(repeating: "x", count: 100_000)
        for i in 0..<16 {
            client.send(
                #"{"type":"conversation.item.create","item":{"id":"i\#(i)","type":"function_call_output","call_id":"c","output":"\#(filler)"}}"#
            )
        }
        _ = client.events()
        client.send(#"{"type":"conversation.item.retrieve","item_id":"i0"}"#)
        #expect(error(client).code == "item_retrieve_invalid_item_id")
        client.send(#"{"type":"conversation.item.retrieve","item_id":"i15"}"#)
        #expect(client.types() == ["conversation.item.retrieved"])
        let long = String(repeating: "x", count: 300_000)
        client.send(#"{"type":"conversation.item.create","item":{"type":"message","x":"\#(long)"}}"#)
        #expect(error(client).code == "invalid_json")
    }
}
