// A field of another kind than promised is an error that names it, in every event of every protocol.

import Foundation
import Testing

@testable import Wire

@Suite struct FieldTests {
    /// What a client is told: the error's param, or the close frame's reason.
    private func param(_ actions: [ClientAction]) -> String? {
        let messages = actions.flatMap { action in
            switch action {
            case .reply(let message), .refuse(let message): [message]
            case .fail(let messages): messages
            default: [] as [WireMessage]
            }
        }
        for case .text(let text) in messages {
            let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            if let error = event?["error"] as? [String: Any] { return error["param"] as? String ?? "none" }
        }
        for case .close(_, let reason) in messages { return reason }
        return nil
    }

    private func expect(_ param: String, of text: String, _ path: String, before: [String] = []) {
        let wire = WireProtocols.entry(path: path)!.make()
        _ = wire.opened(UpgradeRequest(path: path))
        for text in before { _ = wire.received(text: text) }
        _ = wire.encode(.started(id: "a", model: "m"))
        #expect(self.param(wire.received(text: text)) == param, "\(text)")
    }

    @Test func theNativeProtocolNamesTheField() {
        let start = #"{"type":"session.start"}"#
        for (session, param) in [
            ("7", "session"), (#"{"audio":[]}"#, "session.audio"),
            (#"{"audio":{"input":7}}"#, "session.audio.input"),
            (#"{"audio":{"output":{"rate":"16000"}}}"#, "session.audio.output.rate"),
            (#"{"audio":{"output":{"rate":1e300}}}"#, "session.audio.output.rate"),
            (#"{"audio":{"input":{"type":7}}}"#, "session.audio.input.type"),
            (#"{"audio":{"framing":1}}"#, "session.audio.framing"), (#"{"decisions":"yes"}"#, "session.decisions"),
            (#"{"seed":"5"}"#, "session.seed"), (#"{"seed":1.5}"#, "session.seed"),
            (#"{"seed":1e300}"#, "session.seed"), (#"{"seed":true}"#, "session.seed"),
        ] {
            expect(param, of: #"{"type":"session.start","session":\#(session)}"#, "/v1/duplex")
        }
        for (event, param) in [
            (#"{"type":7}"#, "type"), ("{}", "type"), (#"{"type":"session.tell"}"#, "text"),
            (#"{"type":"session.say","text":["a"]}"#, "text"),
            (#"{"type":"session.playback.ack","played_ms":"7"}"#, "played_ms"),
            (#"{"type":"session.playback.ack","played_ms":-1}"#, "played_ms"),
            (#"{"type":"session.playback.ack","played_ms":1e300}"#, "played_ms"),
            (#"{"type":"session.clock","client_ms":true}"#, "client_ms"),
        ] { expect(param, of: event, "/v1/duplex", before: [start]) }
    }

    @Test func liveNamesTheField() {
        for (session, param) in [
            ("7", "session"), (#"{"audio":[]}"#, "session.audio"),
            (#"{"audio":{"format":7}}"#, "session.audio.format"),
            (#"{"audio":{"format":{"type":7}}}"#, "session.audio.format.type"),
            (#"{"audio":{"format":{"type":"audio/pcm","rate":"16000"}}}"#, "session.audio.format.rate"),
            (#"{"delegation":"client"}"#, "session.delegation"),
            (#"{"delegation":{"type":7}}"#, "session.delegation.type"), (#"{"model":7}"#, "session.model"),
        ] { expect(param, of: #"{"type":"session.start","session":\#(session)}"#, "/v1/live/sessions") }
        for (event, param) in [
            (#"{"type":7}"#, "type"), (#"{"type":"session.update"}"#, "session"),
            (#"{"type":"session.update","session":[]}"#, "session"),
            (#"{"type":"session.update","session":{"delegation":[]}}"#, "session.delegation"),
            (#"{"type":"session.commentary.append","content":7}"#, "content"),
            (#"{"type":"session.input_audio.append","audio":7}"#, "audio"),
            (#"{"type":"session.close","event_id":7}"#, "event_id"),
        ] {
            expect(param, of: event, "/v1/live/sessions", before: [#"{"type":"session.start"}"#])
        }
    }

    private static let realtimeEvents = [
        (#"{"type":7}"#, "type"), (#"{"type":"session.update","session":7}"#, "session"),
        (#"{"type":"response.cancel","event_id":7}"#, "event_id"),
        (#"{"type":"response.cancel","response_id":7}"#, "response_id"),
        (#"{"type":"input_audio_buffer.append","audio":7}"#, "audio"),
        (#"{"type":"conversation.item.create","item":"text"}"#, "item"),
        (#"{"type":"conversation.item.create","item":{"type":7}}"#, "item.type"),
        (#"{"type":"conversation.item.create","item":{"type":"message","role":7}}"#, "item.role"),
        (
            #"{"type":"conversation.item.create","item":{"id":5,"type":"message","role":"user","content":[]}}"#,
            "item.id"
        ),
        (
            #"{"type":"conversation.item.create","item":{"id":"","type":"message","role":"user","content":[]}}"#,
            "item.id"
        ),
        (
            #"{"type":"conversation.item.create","previous_item_id":7,"item":{"type":"message","role":"user","content":[]}}"#,
            "previous_item_id"
        ),
        (#"{"type":"conversation.item.create","item":{"type":"message","role":"user"}}"#, "item.content"),
        (
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":"hi"}}"#,
            "item.content"
        ),
        (#"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":{}}}"#, "item.content"),
        (
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":["hi"]}}"#,
            "item.content[0]"
        ),
        (
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":5}]}}"#,
            "item.content[1].text"
        ),
        (
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_audio","audio":5}]}}"#,
            "item.content[0].audio"
        ),
        (
            #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c","output":[]}}"#,
            "item.output"
        ),
        (#"{"type":"conversation.item.retrieve","item_id":7}"#, "item_id"),
        (#"{"type":"conversation.item.delete"}"#, "item_id"),
        (#"{"type":"conversation.item.truncate","item_id":"a","audio_end_ms":"1"}"#, "audio_end_ms"),
        (#"{"type":"conversation.item.truncate","item_id":"a","audio_end_ms":-1}"#, "audio_end_ms"),
        (#"{"type":"conversation.item.truncate","item_id":"a","audio_end_ms":1e300}"#, "audio_end_ms"),
        (#"{"type":"conversation.item.truncate","item_id":"a","audio_end_ms":true}"#, "audio_end_ms"),
        (#"{"type":"response.create","response":"x"}"#, "response"),
        (#"{"type":"response.create","response":{"metadata":"x"}}"#, "response.metadata"),
        (#"{"type":"response.create","response":{"metadata":{"a":[]}}}"#, "response.metadata.a"),
        (#"{"type":"response.create","response":{"instructions":5}}"#, "response.instructions"),
        (#"{"type":"response.create","response":{"conversation":{}}}"#, "response.conversation"),
        (#"{"type":"response.create","response":{"input":"hi"}}"#, "response.input"),
        (#"{"type":"response.create","response":{"input":["hi"]}}"#, "response.input[0]"),
        (
            #"{"type":"response.create","response":{"input":[{"type":"message","role":"user","content":"x"}]}}"#,
            "response.input[0].content"
        ),
        (#"{"type":"response.create","response":{"output_modalities":"text"}}"#, "response.output_modalities"),
    ]

    private static let realtimeSettings = [
        (#"{"type":7}"#, "session.type"), (#"{"instructions":["x"]}"#, "session.instructions"),
        (#"{"output_modalities":"audio"}"#, "session.output_modalities"),
        (#"{"output_modalities":[7]}"#, "session.output_modalities[0]"), (#"{"tools":"x"}"#, "session.tools"),
        (#"{"tools":["x"]}"#, "session.tools[0]"), (#"{"temperature":"hot"}"#, "session.temperature"),
        (#"{"audio":7}"#, "session.audio"), (#"{"audio":{"input":[]}}"#, "session.audio.input"),
        (#"{"audio":{"input":{"format":"pcm16"}}}"#, "session.audio.input.format"),
        (#"{"audio":{"input":{"format":{"type":"audio/pcm","rate":"24000"}}}}"#, "session.audio.input.format.rate"),
        (#"{"audio":{"input":{"transcription":true}}}"#, "session.audio.input.transcription"),
        (#"{"audio":{"input":{"transcription":{"model":7}}}}"#, "session.audio.input.transcription.model"),
        (#"{"audio":{"input":{"turn_detection":"server_vad"}}}"#, "session.audio.input.turn_detection"),
        (
            #"{"audio":{"input":{"turn_detection":{"type":"server_vad","create_response":"no"}}}}"#,
            "session.audio.input.turn_detection.create_response"
        ),
        (
            #"{"audio":{"input":{"turn_detection":{"type":"server_vad","prefix_padding_ms":-1}}}}"#,
            "session.audio.input.turn_detection.prefix_padding_ms"
        ),
        (
            #"{"audio":{"input":{"turn_detection":{"type":"server_vad","silence_duration_ms":1e300}}}}"#,
            "session.audio.input.turn_detection.silence_duration_ms"
        ),
        (#"{"audio":{"output":{"voice":7}}}"#, "session.audio.output.voice"),
        (#"{"audio":{"output":{"speed":"fast"}}}"#, "session.audio.output.speed"),
        (#"{"input_audio_format":{"rate":"x"}}"#, "session.input_audio_format"),
        (#"{"turn_detection":7}"#, "session.turn_detection"), (#"{"modalities":"text"}"#, "session.modalities"),
    ]

    @Test func realtimeNamesTheField() {
        for (event, param) in Self.realtimeEvents { expect(param, of: event, "/v1/realtime") }
        for (session, param) in Self.realtimeSettings {
            expect(param, of: #"{"type":"session.update","session":\#(session)}"#, "/v1/realtime")
        }
    }

    /// What a client is told of an event.
    private func answer(_ text: String, _ path: String, before: [String]) -> String {
        let wire = WireProtocols.entry(path: path)!.make()
        _ = wire.opened(UpgradeRequest(path: path))
        for text in before { _ = wire.received(text: text) }
        return "\(wire.received(text: text))"
    }

    @Test(arguments: [
        ("/v1/duplex", [#"{"type":"session.start"}"#], ["session.interrupt", "session.close"]),
        ("/v1/live/sessions", [#"{"type":"session.start"}"#], ["session.update", "session.input_audio.append"]),
        ("/v1/realtime", [], ["session.update", "output_audio_buffer.clear", "response.cancel"]),
    ]) func anUnknownTypeIsToldWhichThereAre(_ path: String, _ before: [String], _ known: [String]) {
        for text in ["{}", #"{"type":null}"#] {
            #expect(answer(text, path, before: before).contains("type is missing."), "\(path)")
        }
        let told = answer(#"{"type":"dance"}"#, path, before: before)
        #expect(told.contains("There is no event of type dance.") && told.utf8.count < 1024, "\(told)")
        for type in known {
            #expect(told.contains(type), "\(told)")
            let answer = answer("{\"type\":\"\(type)\"}", path, before: before)
            #expect(!answer.contains("There is no event"), "\(answer)")
        }
    }

    @Test func twilioNamesTheField() {
        for (start, param) in [
            ("7", "start"), (#"{"mediaFormat":7}"#, "start.mediaFormat"),
            (#"{"mediaFormat":{"sampleRate":"8000"}}"#, "start.mediaFormat.sampleRate"),
            (#"{"tracks":"inbound"}"#, "start.tracks"), (#"{"customParameters":[]}"#, "start.customParameters"),
            (#"{"customParameters":{"seed":7}}"#, "start.customParameters.seed"),
            (#"{"customParameters":{"seed":"x"}}"#, "start.customParameters.seed"),
        ] { expect("invalid " + param, of: #"{"event":"start","streamSid":"s","start":\#(start)}"#, "/twilio") }
        expect("invalid streamSid", of: #"{"event":"start","streamSid":7}"#, "/twilio")
        expect("invalid event", of: #"{"event":7}"#, "/twilio")
    }

    @Test(arguments: ["/api/chat", "/v1/realtime"]) func aSeedInTheQueryIsAWholeNumber(_ path: String) {
        func starts(_ seed: String) -> [ClientAction] {
            WireProtocols.entry(path: path)!.make().opened(UpgradeRequest(path: path, query: "seed=" + seed))
        }
        #expect(starts("7") == [.start(seed: 7)] && starts("18446744073709551615") == [.start(seed: .max)])
        #expect(starts("-1") == [.start(seed: .max)])
        for wrong in ["x", "", "1.5", "99999999999999999999"] {
            guard case .fail(let messages)? = starts(wrong).first else {
                Issue.record("\(wrong) was taken")
                continue
            }
            #expect(messages.contains { if case .close(code: 1008, _) = $0 { true } else { false } })
        }
    }

    @Test func aSecretsRequestNamesTheField() {
        for (body, isBeta, param) in [
            (#"{"session":7}"#, false, "session"), (#"{"session":{"instructions":7}}"#, false, "session.instructions"),
            (#"{"expires_after":7}"#, false, "expires_after"),
            (#"{"expires_after":{"seconds":"600"}}"#, false, "expires_after.seconds"),
            (#"{"expires_after":{"seconds":-1}}"#, false, "expires_after.seconds"),
            (#"{"expires_after":{"seconds":9}}"#, false, "expires_after.seconds"),
            (#"{"expires_after":{"seconds":7201}}"#, true, "expires_after.seconds"),
            (#"{"expires_after":{"seconds":1e300}}"#, true, "expires_after.seconds"), (#"{"voice":7}"#, true, "voice"),
            (#"{"model":7}"#, true, "model"), ("[]", false, nil),
        ] as [(String, Bool, String?)] {
            do throws(KeyRefusal) {
                _ = try ClientSecretRequest(Array(body.utf8), isBeta: isBeta, model: "m")
                Issue.record("\(body) was taken")
            } catch { #expect(error.param == param, "\(body)") }
        }
    }

    @Test(arguments: [10, 7200]) func aSecretsTimeHasBounds(_ seconds: Int) throws {
        let body = #"{"expires_after":{"seconds":\#(seconds)}}"#
        #expect(try ClientSecretRequest(Array(body.utf8), isBeta: false, model: "m").seconds == seconds)
    }
}
