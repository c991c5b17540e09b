// The client stops the assistant: it is silent until the user's next request, and that is answered.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct StopTests {
    /// An engine whose session was stopped in the middle of an answer.
    private func stopped() -> (rig: Rig, slot: Slot) {
        var rig = Rig()
        let slot = rig.open(seed: 10)
        rig.run(800, [(slot, 0.5)])
        rig.run(480, [(slot, 0)])
        rig.engine.deliver(.interrupt(slot), at: rig.now)
        return (rig, slot)
    }

    private func said(_ rig: Rig, _ slot: Slot) -> [Int32] {
        rig.actions.compactMap {
            if case .assistantText(slot, let text, _) = $0 { FakeModel.token(of: text) } else { nil }
        }
    }

    private func ends(_ rig: Rig) -> Int {
        rig.actions.count { if case .assistantEnd = $0 { true } else { false } }
    }

    @Test(arguments: [0, 200, 1000, 1900, 2500]) func whatIsTypedAfterAStopIsAnswered(_ wait: Int) {
        var (rig, slot) = stopped()
        rig.run(wait, [(slot, 0)])
        let before = said(rig, slot).count
        let words = (50...52).map { SpokenWord(pieces: [$0], slices: 2) }
        rig.engine.deliver(.tell(slot, words: words), at: rig.now)
        rig.run(200, [(slot, 0)])
        #expect(said(rig, slot).count <= before + 1, "nothing is said before the request is over")
        rig.run(3000, [(slot, 0)])
        #expect(said(rig, slot).count > before + 5 && ends(rig) == 1)
    }

    @Test(arguments: [0, 200, 1000, 2500]) func whatIsSaidAfterAStopIsAnswered(_ wait: Int) {
        var (rig, slot) = stopped()
        rig.run(wait, [(slot, 0)])
        let before = said(rig, slot).count
        rig.run(400, [(slot, 0.5)])
        rig.run(3000, [(slot, 0)])
        #expect(said(rig, slot).count > before + 5 && ends(rig) == 1)
    }

    /// The end of the user's turn lifts what the client's stop was for, not what holds the assistant until it is asked.
    @Test func whoIsHeldIsSilentAlsoAfterAStop() {
        var rig = Rig()
        let slot = rig.open(seed: 10)
        rig.engine.deliver(.speakOnlyWhenAsked(slot, true), at: rig.now)
        rig.engine.deliver(.interrupt(slot), at: rig.now)
        rig.run(400, [(slot, 0.5)])
        rig.run(2000, [(slot, 0)])
        #expect(said(rig, slot).isEmpty)
    }

    /// While the slice that ends the request, and begins its answer, is being made.
    @Test func aStopInTheSliceOfTheRequestsEndStands() {
        var (rig, slot) = stopped()
        rig.run(600, [(slot, 0)])
        let before = said(rig, slot).count
        rig.engine.deliver(.tell(slot, words: []), at: rig.now)
        for _ in 0..<100 where rig.engine.lastWork?.work != .speak {
            if rig.engine.tick(at: rig.now) != .again { rig.now = rig.now.advanced(milliseconds: 1) }
        }
        rig.engine.deliver(.interrupt(slot), at: rig.now)
        rig.run(1900, [(slot, 0)])
        #expect(said(rig, slot).count == before)
        let fade = rig.engine.sliceLimits.fadeSamples
        #expect(rig.audio(slot).suffix(20).allSatisfy { $0.pcm.dropFirst(fade).allSatisfy { $0 == 0 } })
    }
}
