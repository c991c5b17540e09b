// Actions of the engine become events of the protocol.

import Basics
import Dialogue
import Testing
import Wire

@testable import Simulation
@testable import Switchboard

@Suite struct NarrationTests {
    private let slot = Slot(index: 0, generation: 1), model = FakeModel(slots: 1)
    private func at(_ slices: Int64) -> SampleTime { SampleTime(samples: slices * 1280) }

    @Test func piecesBecomeATranscript() {
        var narration = Narration()
        #expect(
            narration.events(for: .userText(slot, " 5", at: at(10)), model: model) == [
                .userText(" 5", start: 800, end: 880)
            ])
        _ = narration.events(for: .userText(slot, " 6", at: at(12)), model: model)
        #expect(
            narration.events(for: .userEnd(slot, at: at(15)), model: model) == [.userDone("5 6", start: 800, end: 1200)]
        )
        #expect(
            narration.events(for: .userEnd(slot, at: at(20)), model: model) == [.userDone("", start: 800, end: 1600)])
    }

    @Test func anInterruptedAnswerSaysSo() {
        var narration = Narration()
        _ = narration.events(for: .assistantText(slot, " 9", at: at(1)), model: model)
        #expect(
            narration.events(for: .interrupted(slot, at: at(4)), model: model) == [
                .interrupted(at: 320), .assistantDone("9", interrupted: true, start: 80, end: 320),
            ])
    }
}
