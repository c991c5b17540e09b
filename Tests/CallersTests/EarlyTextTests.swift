// Text that a client brings along, before its session has heard anything.

import Basics
import DuetTesting
import Foundation
import Simulation
import Testing
import Wire

@testable import Callers

@Suite struct EarlyTextTests {
    /// What is answered to `text`, typed so many milliseconds after the session's start, with a silent microphone.
    private func answer(to text: String, after milliseconds: Int64) throws -> String {
        let server = try VirtualWorker(loaded: Tools.model, slots: 1), entry = WireProtocols.all[0]
        let session = try #require(server.open(entry)), start = server.now
        let pcm = #"{"type":"audio/pcm","rate":16000}"#
        session.send(.text(#"{"type":"session.start","session":{"audio":{"input":\#(pcm),"output":\#(pcm)}}}"#))
        var said = ""
        for packet in 0..<Int64(250) {
            if packet * 20 == milliseconds { session.send(.text(#"{"type":"session.tell","text":"\#(text)"}"#)) }
            session.send(.binary([UInt8](repeating: 0, count: 640)))
            server.advance(to: start.advanced(milliseconds: (packet + 1) * 20))
            for (message, _) in session.receive() {
                guard case .text(let text) = message, text.contains("output_transcript.done"),
                    let event = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                else { continue }
                said += event["text"] as? String ?? ""
            }
        }
        return said
    }

    @Test(arguments: [
        "what day comes after monday": "tuesday comes after monday", "how are you": "i am fine thank you",
        "what is the capital of france": "the capital of france is paris", "my name is peter": "nice to meet you peter",
        "count to five": "one two three four five",
    ])
    func aTextThatIsTypedAtOnceIsAnsweredAsALaterOne(_ text: String, _ wanted: String) throws {
        for milliseconds: Int64 in [0, 80, 160, 400, 800] {
            #expect(try answer(to: text, after: milliseconds) == wanted, "after \(milliseconds) ms")
        }
    }
}
