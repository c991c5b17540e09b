// What the overload bench reads from a server and its metrics.

import Basics
import Dialogue
import Testing
import Wire

@testable import Simulation
@testable import Switchboard
@testable import Bench
@testable import Callers

@Suite struct OverloadWatchTests {
    @Test func aClientIsToldHowMuchWasSkipped() {
        var narration = Narration(), random = Random(seed: 1)
        let slot = Slot(index: 0, generation: 1), model = FakeModel(slots: 1)
        func told(_ action: EngineAction) -> Int? {
            let wire = WireProtocols.all[0].make(.standard, &random)
            _ = wire.received(text: #"{"type":"session.start"}"#)
            let messages = narration.events(for: action, model: model).flatMap { wire.encode($0) }
            guard case .text(let text)? = messages.first else { return nil }
            return OverloadNotice.milliseconds(text)
        }
        #expect(told(.skipped(slot, samples: 3 * 1280, droppedSamples: 7, at: .zero)) == 240)
        #expect(told(.overrun(slot, droppedSamples: 1280)) == nil)
    }

    @Test func recoveryIsTheLastLateSliceAndTheFirstRoom() {
        func sample(_ at: Double, _ misses: Double, _ skipped: Double, _ room: Double) -> OverloadWatch.Sample {
            OverloadWatch.Sample(at: at, misses: misses, skipped: skipped, dropped: 0, room: room)
        }
        let samples = [
            sample(0, 0, 0, 5), sample(1, 9, 2, 0), sample(2, 9, 4, 0), sample(3, 9, 4, 0), sample(4, 9, 4, 1),
        ]
        let (late, closed) = OverloadWatch.recovery(samples, from: 1.5)
        #expect(late == 0.5 && closed == 2.5)
        #expect(OverloadWatch.recovery(samples, from: 3.5).late == 0)
        #expect(OverloadWatch.recovery(Array(samples.prefix(3)), from: 1).closed.isNaN)
    }
}
