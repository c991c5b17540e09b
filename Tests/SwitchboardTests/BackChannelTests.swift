// Which protocols' clients are told by a voice that somebody listens.

import Basics
import Dialogue
import Simulation
import Switchboard
import Testing
import Wire

@Suite struct BackChannelTests {
    /// In Realtime all sound belongs to a response: what no client hears is not said.
    @Test(arguments: [
        ("/v1/duplex", #"{"type":"session.start"}"#, true), ("/v1/live/sessions", #"{"type":"session.start"}"#, true),
        ("/twilio", #"{"event":"start","start":{"streamSid":"MZ1"}}"#, true), ("/api/chat", nil, true),
        ("/v1/realtime", nil, false),
    ]) func itIsSaidToWhoeverCanHearIt(_ path: String, _ start: String?, _ isSaid: Bool) throws {
        var limits = Limits()
        (limits.mind, limits.backChannels) = (MindRules(), ["mm hm"])
        let worker = try VirtualWorker(model: FakeCascade(slots: 1), limits: limits)
        var slices = 0, answers = 0
        worker.board.witness = {
            if case .audio(_, _, _, speech: true) = $0 { slices += 1 }
            if case .speaking = $0 { answers += 1 }
        }
        worker.recognise = { slot, id, _ in worker.deliver("once upon a time", of: id, to: slot, at: worker.now) }
        worker.mind = { slot, request in
            if case .probe(let id) = request { worker.deliver(.likelihood(probe: id, -11), to: slot, at: worker.now) }
        }
        let entry = try #require(WireProtocols.entry(path: path)), link = try #require(worker.open(entry))
        if let start { link.send(.text(start)) }
        for packet in 0..<400 {
            let level: Float = (25..<335).contains(packet) ? 0.5 : 0
            worker.board.engine.deliver(
                .audio(Slot(index: 0, generation: 1), [Float](repeating: level, count: 320)), at: worker.now)
            worker.advance(to: worker.now.advanced(milliseconds: 20))
        }
        #expect(slices == (isSaid ? 4 : 0) && answers == 0, "\(slices) slices, \(answers) answers")
    }
}
