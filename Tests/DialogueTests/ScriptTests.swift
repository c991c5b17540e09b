// Texts that a client brings into a conversation, on the virtual clock.

import Basics
import Testing

@testable import Dialogue
@testable import Simulation

@Suite struct ScriptTests {
    private let tokens = SlicePlan.Tokens(idle: 0, end: 1)

    private func said(_ rig: Rig, _ slot: Slot) -> [Int32] {
        rig.actions.compactMap {
            if case .assistantText(slot, let text, _) = $0 { FakeModel.token(of: text) } else { nil }
        }
    }

    private func heard(_ rig: Rig, _ slot: Slot) -> [Int32] {
        rig.actions.compactMap { if case .userText(slot, let text, _) = $0 { FakeModel.token(of: text) } else { nil } }
    }

    private func words(_ tokens: ClosedRange<Int32>) -> [SpokenWord] {
        tokens.map { SpokenWord(pieces: [$0], slices: 3) }
    }

    /// The slices of a line, given what the model would do by itself.
    private func slices(_ words: [SpokenWord], begins: (Int) -> Bool) -> [Int32] {
        var script = Script(tokens: tokens, quietSlicesMax: 6), out: [Int32] = []
        script.say(words)
        for slice in 0..<40 {
            let prompt = script.next(Turn())
            guard let word = prompt.say else { break }
            let say = prompt.waits && !begins(slice) ? 0 : word
            out.append(say)
            script.advance(prompt, Decision(say: say, speaks: true))
        }
        return out
    }

    @Test func wordsComeWhenTheModelBeginsThemOrWhenTheyAreDue() {
        let line = [
            SpokenWord(pieces: [5], slices: 4), SpokenWord(pieces: [6, 7], slices: 6),
            SpokenWord(pieces: [8], slices: 1),
        ]
        #expect(slices(line) { _ in false } == [5, 0, 0, 0, 6, 7, 0, 0, 0, 0, 8, 1])
        // Not before half of a word's length is over.
        #expect(slices(line) { _ in true } == [5, 0, 0, 6, 7, 0, 0, 8, 1])
    }

    @Test func whatIsToBeSaidIsSaidOnceAndInOrder() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        rig.engine.deliver(.say(slot, words: words(20...26)), at: rig.now)
        rig.engine.deliver(.say(slot, words: words(30...31)), at: rig.now)
        rig.run(6000, [(slot, 0)])
        #expect(said(rig, slot) == Array(20...26) + [30, 31])
        let ends = rig.actions.filter { if case .assistantEnd = $0 { true } else { false } }
        #expect(ends.count == 2)
    }

    @Test func noMoreThanSixteenTextsWait() {
        var script = Script(tokens: tokens, quietSlicesMax: 6), said = 0
        for _ in 0..<20 {
            script.tell([])
            script.say(words(5...5))
        }
        for _ in 0..<200 {
            let prompt = script.next(Turn())
            guard prompt != Prompt() else { break }
            said += prompt.say == 5 ? 1 : 0
            script.advance(
                prompt, Decision(think: prompt.think ?? 0, say: prompt.waits ? 0 : prompt.say ?? 0, speaks: true))
        }
        #expect(said == 8)
    }

    @Test func anInterruptDropsWhatIsLeft() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        rig.engine.deliver(.say(slot, words: words(20...40)), at: rig.now)
        rig.run(1200, [(slot, 0)])
        let before = said(rig, slot)
        #expect(before.first == 20 && (2...12).contains(before.count))
        rig.engine.deliver(.interrupt(slot), at: rig.now)
        rig.run(4000, [(slot, 0)])
        #expect(said(rig, slot).count <= before.count + 1)
    }

    @Test func whatTheUserWroteIsHeardAndAnswered() {
        var rig = Rig()
        let slot = rig.open()
        rig.run(400, [(slot, 0)])
        rig.engine.deliver(.tell(slot, words: words(50...53)), at: rig.now)
        rig.run(3000, [(slot, 0)])
        #expect(heard(rig, slot) == [50, 51, 52, 53])
        #expect(!said(rig, slot).isEmpty)
    }

    @Test func whoIsHeldSpeaksOnlyWhenAsked() {
        var rig = Rig()
        let slot = rig.open()
        rig.engine.deliver(.speakOnlyWhenAsked(slot, true), at: rig.now)
        rig.run(800, [(slot, 0.5)])
        rig.run(2000, [(slot, 0)])
        #expect(said(rig, slot).isEmpty && !heard(rig, slot).isEmpty)
        rig.engine.deliver(.tell(slot, words: []), at: rig.now)
        rig.run(2000, [(slot, 0)])
        let first = said(rig, slot)
        #expect(!first.isEmpty)
        // The answer was one, and what is said next must be asked for again.
        rig.run(800, [(slot, 0.5)])
        rig.run(2000, [(slot, 0)])
        #expect(said(rig, slot) == first)
        rig.engine.deliver(.speakOnlyWhenAsked(slot, false), at: rig.now)
        rig.run(800, [(slot, 0.5)])
        rig.run(2000, [(slot, 0)])
        #expect(said(rig, slot).count > first.count)
    }
}
