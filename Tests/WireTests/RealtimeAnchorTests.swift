// Where an item of a Realtime conversation may stand, and where an answer may be cut.

import Testing

@testable import Wire

@Suite struct RealtimeAnchorTests {
    private func create(_ client: RealtimeClient, _ id: String, behind previous: String) {
        client.send(
            #"{"type":"conversation.item.create","event_id":"e","previous_item_id":\#(previous),"item":{"id":"\#(id)","type":"message","role":"user","content":[{"type":"input_text","text":"\#(id)"}]}}"#
        )
    }

    @Test func behindAnItemThatIsNotThereNothingIsAdded() {
        let client = RealtimeClient()
        create(client, "a", behind: "null")
        create(client, "b", behind: #""a""#)
        client.send(#"{"type":"conversation.item.delete","item_id":"b"}"#)
        _ = client.events()
        for previous in ["nobody", "b", ""] {
            create(client, "c", behind: "\"\(previous)\"")
            #expect(error(client) == ("item_create_invalid_previous_item_id", "previous_item_id", "e"))
            client.send(#"{"type":"conversation.item.retrieve","item_id":"c"}"#)
            #expect(error(client).code == "item_retrieve_invalid_item_id", "added all the same")
            client.send(#"{"type":"conversation.item.delete","item_id":"c"}"#)
            _ = client.events()
        }
        client.send(#"{"type":"response.create"}"#)
        #expect(client.actions().last == .tell("a"))
    }

    /// OpenAI Realtime reference, `conversation.item.truncate`: beyond the audio that there is, an error.
    @Test func anAnswerIsCutWithinItsAudio() {
        let client = RealtimeClient()
        client.answer("one", "two", "three")
        let id = client.wire.responses.lastItemID ?? ""
        func cut(_ id: String, _ end: String) {
            _ = client.events()
            client.send(
                #"{"type":"conversation.item.truncate","event_id":"e","item_id":"\#(id)","content_index":0,"audio_end_ms":\#(end)}"#
            )
        }
        for end in ["481", "100000", "-1", "1e300", "true", "null", "\"1\""] {
            cut(id, end)
            let told = error(client)
            #expect(told.param == "audio_end_ms" && told.event == "e", "\(end)")
        }
        for end in ["480", "240", "160", "0"] {
            cut(id, end)
            #expect(client.types() == ["conversation.item.truncated"], "\(end)")
        }
        create(client, "typed", behind: "null")
        cut("typed", "0")
        #expect(error(client).event == "e")
    }

    @Test func anAnswerThatSoundsIsCutWithinWhatWasSent() {
        let client = RealtimeClient()
        client.answer("one", "two", end: false)
        let id = client.wire.responses.lastItemID ?? ""
        _ = client.events()
        client.send(#"{"type":"conversation.item.truncate","item_id":"\#(id)","content_index":0,"audio_end_ms":401}"#)
        #expect(error(client).param == "audio_end_ms")
        client.send(#"{"type":"conversation.item.truncate","item_id":"\#(id)","content_index":0,"audio_end_ms":400}"#)
        #expect(client.types() == ["conversation.item.truncated"])
    }
}
