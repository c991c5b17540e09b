// A caller goes in the middle of a step and another comes: the newcomer's conversation is the one it would have had alone.

import Basics
import Testing

@testable import Dialogue
@testable import Families

/// The engine with the bundled model and one slot, turned piece by piece.
private struct OneSlot {
    let engine: Engine
    var now = Instant.zero
    private(set) var spoken: [Float] = []
    private(set) var texts: [String] = []
    private var actions: [EngineAction] = []

    init() {
        var limits = Limits()
        limits.phases = 1
        engine = try! Engine(model: Bundled.model(slots: 1), limits: limits, start: .zero)
    }

    mutating func open() -> Slot? {
        guard let slot = engine.allocate() else { return nil }
        engine.deliver(.open(slot, seed: 0), at: now)
        return slot
    }

    /// Hears `samples` slice by slice. Stops in the last slice after `pieces` pieces of its step's work.
    mutating func hear(_ slot: Slot, _ samples: [Float], pieces: Int? = nil) {
        let slices = samples.count / 1280
        for slice in 0..<slices {
            engine.deliver(.audio(slot, Array(samples[slice * 1280..<(slice + 1) * 1280])), at: now)
            now = now.advanced(milliseconds: 80)
            if let pieces, slice == slices - 1 {
                for _ in 0..<pieces { _ = engine.tick(at: now) }
            } else {
                finish()
            }
        }
    }

    mutating func finish() {
        while engine.tick(at: now) == .again {}
        engine.drain(into: &actions)
        for action in actions {
            switch action {
            case .audio(_, let pcm, _, _): spoken += pcm
            case .assistantText(_, let text, _), .userText(_, let text, _): texts.append(text)
            default: break
            }
        }
    }

    mutating func forget() { (spoken, texts) = ([], []) }
}

@Suite struct SlotChangeTests {
    private static let patience = [Float](repeating: 0, count: 1280 * 3)

    /// What `dialogue`'s caller gets on a slot that another left after `pieces` pieces of a step, in mid-word.
    private func talk(_ dialogue: GoldenDialogue, after pieces: Int) -> (spoken: [Float], texts: [String]) {
        var rig = OneSlot()
        let leaver = rig.open()!
        let speaking = GoldenDialogue.all[1].samples
        rig.hear(leaver, Array(speaking[..<(speaking.count * 2 / 3 / 1280 * 1280)]), pieces: pieces)
        rig.engine.deliver(.close(leaver), at: rig.now)
        var newcomer = rig.open()
        if newcomer == nil {
            rig.finish()
            newcomer = rig.open()
        }
        rig.finish()
        rig.forget()
        rig.hear(newcomer!, Self.patience + dialogue.samples)
        return (rig.spoken, rig.texts)
    }

    @Test(arguments: [1, 2, 3]) func aNewcomerHearsNothingOfWhoWasThereBefore(_ pieces: Int) {
        for dialogue in GoldenDialogue.all[2..<6] {
            let fresh = talk(dialogue, after: 4), changed = talk(dialogue, after: pieces)
            #expect(changed.spoken == fresh.spoken, "after \(pieces) pieces")
            #expect(changed.texts == fresh.texts, "after \(pieces) pieces")
        }
    }
}
