// Silence in place of a caller's microphone is counted; a caller that only types has none.

import Basics
import Simulation
import Switchboard
import Testing

@Suite struct MissingInputTests {
    private let worker: VirtualWorker
    private let caller: VirtualCaller

    init() throws {
        worker = try VirtualWorker(model: FakeModel(slots: 1))
        caller = try VirtualCaller(worker)
    }

    private var missing: Double { worker.counts[.inputMissingSeconds, default: 0] }

    @Test func whoOnlyTypesMissesNothing() {
        caller.send(#"{"type":"session.tell","text":"hello"}"#)
        caller.wait(milliseconds: 3000)
        #expect(caller.headers.count > 20)
        #expect(missing == 0)
    }

    @Test func aMicrophoneThatFallsSilentIsMissed() throws {
        try caller.talk(1, level: 0.1)
        let before = missing
        caller.wait(milliseconds: 2000)
        #expect((1.7...2.1).contains(missing - before), "\(before) \(missing)")
    }
}
