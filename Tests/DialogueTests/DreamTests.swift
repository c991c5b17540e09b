// A model that hears words in silence: nobody is told to have said them.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

/// The fake, which now and then writes a word for the user's whatever it hears.
private final class Dreamer: Model {
    private final class Dreaming: Stage {
        let stage: any Stage, token: Int32
        private var slices = 0
        init(_ stage: any Stage, _ token: Int32) { (self.stage, self.token) = (stage, token) }
        func open(_ slot: Int, seed: UInt64) { stage.open(slot, seed: seed) }
        func run(_ batch: SliceBatch) {
            stage.run(batch)
            slices += 1
            guard slices % 10 == 0 else { return }
            for row in batch.slots.indices where batch.decisions[row].think == 0 { batch.decisions[row].think = token }
        }
    }

    private let fake = FakeModel(slots: 1), dreaming: Dreaming
    init(_ token: Int32 = 99) { dreaming = Dreaming(fake.decode, token) }
    var plan: SlicePlan { fake.plan }
    var slotCount: Int { 1 }
    var listen: any Stage { fake.listen }
    var decode: any Stage { dreaming }
    var speak: any Stage { fake.speak }
    func text(of token: Int32) -> String { fake.text(of: token) }
    func wording(of text: String) -> Wording { fake.wording(of: text) }
}

@Suite struct DreamTests {
    private func heard(_ rig: Rig) -> [Int32] {
        rig.actions.compactMap { if case .userText(_, let text, _) = $0 { FakeModel.token(of: text) } else { nil } }
    }

    @Test(arguments: [0, 0.002] as [Float]) func inSilenceNobodySpoke(_ noise: Float) {
        var rig = Rig(model: Dreamer())
        let slot = rig.open()
        rig.run(8000, [(slot, noise)])
        #expect(heard(rig).isEmpty)
    }

    @Test func whereNobodySpokeNoTurnOfAMindEnds() {
        var limits = Limits()
        limits.mind = MindRules()
        var rig = Rig(model: Dreamer(1), limits: limits)
        let slot = rig.open()
        func ends() -> Int { rig.actions.count { if case .userEnd = $0 { true } else { false } } }
        rig.run(4000, [(slot, 0)])
        #expect(ends() == 0)
        rig.run(400, [(slot, 0.3)])
        rig.run(4000, [(slot, 0)])
        #expect(ends() == 1)
    }

    /// What is typed is told, and so is what was said two seconds ago at most: a model writes late.
    @Test func whatIsTypedOrSaidIsTold() {
        var rig = Rig(model: Dreamer())
        let slot = rig.open()
        rig.run(4000, [(slot, 0)])
        rig.engine.deliver(.tell(slot, words: [SpokenWord(pieces: [50], slices: 2)]), at: rig.now)
        rig.run(1000, [(slot, 0)])
        #expect(heard(rig) == [50])
        rig.run(80, [(slot, 0.3)])
        rig.run(1900, [(slot, 0)])
        #expect(heard(rig).contains(99))
        let count = heard(rig).count
        rig.run(400, [(slot, 0)])
        let rest = heard(rig).count
        rig.run(4000, [(slot, 0)])
        #expect(rest <= count + 1 && heard(rig).count == rest)
    }
}
