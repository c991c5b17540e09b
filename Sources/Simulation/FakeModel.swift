// A model without weights: it answers when the user falls silent and yields when the user speaks. It speaks in the very
// value that it heard, so that whoever listens can tell whose audio it is.

public import Basics
public import Dialogue

/// Three stages over plain columns. Input louder than 0.01 is the user's voice.
public final class FakeModel: Model {
    public static let standardPlan = plan(.standard)

    public static func plan(_ clock: SliceClock) -> SlicePlan {
        SlicePlan(
            clock: .init(slice_ms: clock.sliceMilliseconds, late: "drop", sample_rate: clock.rate),
            layout: [.init(listen: 1, think: 1, say: 1), .init(speak: 1)], fuse: "interleave",
            tokens: .init(idle: 0, end: 1), memory: .init(sinks: 2, window: 8, evict: "slice"))
    }

    /// A slot's column.
    struct Column {
        var voice: Float = 0
        var loudSlices = 0
        var quietSlices = 0
        /// Slices of the answer that are still to be spoken.
        var answer = 0
        var length = 0
        var loud = false
        /// Slices of what it was told to say.
        var recited = 0
        /// Of whoever opened it, and of all that it was fed since.
        var seed: UInt64 = 0
        var fed = Fingerprint()
        /// How often each stage has run on it since it was opened.
        var runs = [0, 0, 0]
        /// Whose texts it was told.
        var writer: Int32?
    }

    /// Planted mistakes, to see that the checker finds them.
    public enum Mistake: String, CaseIterable, Sendable { case none, keepsColumn, swapsRows, breaksSilence }

    /// The columns, and the stages' view of each other: what the engine must not do with them shows here.
    final class Columns {
        var rows: [Column]
        let mistake: Mistake, hearsExactly: Bool
        /// A turn is over after so many quiet slices: 240 ms.
        let quietSlices: Int
        private let clock: SliceClock
        /// Rows of the step that LISTEN began and SPEAK has not ended.
        private var step: [Int] = []
        private(set) var faults: [String] = []

        init(_ count: Int, _ clock: SliceClock, _ mistake: Mistake, hearsExactly: Bool) {
            rows = Array(repeating: Column(), count: count)
            (self.clock, self.mistake, self.hearsExactly) = (clock, mistake, hearsExactly)
            quietSlices = clock.slices(milliseconds: 240)
        }

        func blame(_ slot: Int, _ message: String) { faults.append("column \(slot): \(message)") }

        func open(_ slot: Int, seed: UInt64) {
            if step.contains(slot) { blame(slot, "opened while a step rides on it") }
            if mistake != .keepsColumn { rows[slot] = Column() }
            // A slice for the first word, and one for its end.
            rows[slot].length = max(2, clock.slices(milliseconds: 240 + 80 * Int(seed % 11)))
            rows[slot].seed = seed
            rows[slot].fed.add(seed)
        }

        /// A stage runs: each column has been through the stages before it as often, and its step is the only one.
        func run(_ stage: Int, _ batch: SliceBatch) {
            if stage == 0 {
                if !step.isEmpty { blame(step[0], "its step was left for another's") }
                step = batch.slots
            } else if step != batch.slots {
                blame(batch.slots[0], "its step goes on with other rows")
            }
            for slot in batch.slots {
                rows[slot].runs[stage] += 1
                let expected = stage == 0 ? rows[slot].runs[2] + 1 : rows[slot].runs[stage - 1]
                if rows[slot].runs[stage] != expected { blame(slot, "stages ran \(rows[slot].runs) times") }
            }
            if stage == 2 { step = [] }
        }
    }

    public let plan: SlicePlan
    public let slotCount: Int
    public let listen: any Stage
    public let decode: any Stage
    public let speak: any Stage
    let columns: Columns

    /// Where callers speak through codecs, their levels are not kept to the bit: `hearsExactly` is false.
    public init(
        slots: Int, clock: SliceClock = .standard, mistake: Mistake = .none, hearsExactly: Bool = true
    ) {
        (plan, slotCount) = (Self.plan(clock), slots)
        columns = Columns(slots, clock, mistake, hearsExactly: hearsExactly)
        listen = FakeListen(columns)
        decode = FakeDecode(columns)
        speak = FakeSpeak(columns)
    }

    /// Words that callers write are numbers from this on; each caller has ten of its own.
    static let writtenMin: Int32 = 1000
    static func writer(of token: Int32) -> Int32? { token < writtenMin ? nil : token / 10 }

    public func text(of token: Int32) -> String { token > 1 ? " \(token)" : "" }
    /// It says numbers and nothing else.
    public func wording(of text: String) -> Wording {
        let parts = text.split(separator: " ")
        return Wording(
            words: parts.compactMap { Int32($0) }.map { SpokenWord(pieces: [$0], slices: 2) },
            unspoken: parts.filter { Int32($0) == nil }.joined())
    }
}

private final class FakeListen: Stage {
    let columns: FakeModel.Columns
    init(_ columns: FakeModel.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) { columns.open(slot, seed: seed) }

    func run(_ batch: SliceBatch) {
        columns.run(0, batch)
        for (row, slot) in batch.slots.enumerated() {
            let samples = batch.microphone[row * batch.samplesPerSlice..<(row + 1) * batch.samplesPerSlice]
            let peak = samples.max()!
            columns.rows[slot].loud = peak > 0.01
            // A codec's ends of a voice are no voice of their own.
            if peak > 0.01 { columns.rows[slot].voice = max(columns.rows[slot].voice, peak) }
            feed(samples, slot)
        }
    }

    /// Each caller speaks at a level of its own.
    private func feed(_ samples: ArraySlice<Float>, _ slot: Int) {
        var mix: UInt64 = 0
        for sample in samples {
            mix = (mix ^ UInt64(sample.bitPattern)) &* 0x9e37_79b9_7f4a_7c15
            if sample > 0.01, columns.hearsExactly, sample != columns.rows[slot].voice {
                columns.blame(slot, "hears \(sample) as well")
            }
        }
        columns.rows[slot].fed.add(mix)
    }
}

private final class FakeDecode: Stage {
    let columns: FakeModel.Columns
    init(_ columns: FakeModel.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) {
        columns.run(1, batch)
        for (row, slot) in batch.slots.enumerated() {
            feed(batch.prompts[row], silenced: batch.silenced[row], slot)
            batch.decisions[row] = decide(&columns.rows[slot], batch.prompts[row])
            speak(&columns.rows[slot], batch.prompts[row], batch.isSilent(row, end: 1), &batch.decisions[row])
        }
    }

    private func feed(_ prompt: Prompt, silenced: Bool, _ slot: Int) {
        for token in [prompt.think ?? -1, prompt.say ?? -1, prompt.waits ? 1 : 0, silenced ? 1 : 0] {
            columns.rows[slot].fed.add(UInt64(bitPattern: Int64(token)))
        }
        for token in [prompt.think, prompt.say] {
            guard let token, let writer = FakeModel.writer(of: token) else { continue }
            if writer != columns.rows[slot].writer ?? writer { columns.blame(slot, "is told \(token) as well") }
            columns.rows[slot].writer = writer
        }
    }

    private func decide(_ c: inout FakeModel.Column, _ prompt: Prompt) -> Decision {
        var decision = Decision()
        if c.loud {
            c.loudSlices += 1
            c.quietSlices = 0
            decision.think = Int32(1 + c.loudSlices)
            if c.loudSlices >= 2 { c.answer = 0 }
        } else {
            c.quietSlices += 1
            if c.quietSlices == columns.quietSlices && c.loudSlices > 0 {
                decision.think = 1
                c.answer = c.length
                c.loudSlices = 0
            }
        }
        if let think = prompt.think {
            decision.think = think
            if think == 1 { (c.answer, c.loudSlices) = (c.length, 0) }
        }
        return decision
    }

    private func speak(_ c: inout FakeModel.Column, _ prompt: Prompt, _ silenced: Bool, _ decision: inout Decision) {
        if silenced { c.answer = 0 }
        if let say = prompt.say, !silenced {
            c.answer = 0
            // Every other slice a word begins, and with the last one the voice ends.
            c.recited += 1
            let isDue = !prompt.waits || c.recited % 2 == 0
            decision.say = isDue ? say : 0
            decision.speaks = decision.say != 1
            return
        }
        guard c.answer > 0 else { return }
        c.answer -= 1
        decision.speaks = true
        decision.say = c.answer == 0 ? 1 : Int32(2 + c.length - c.answer)
    }
}

private final class FakeSpeak: Stage {
    let columns: FakeModel.Columns
    init(_ columns: FakeModel.Columns) { self.columns = columns }

    func open(_ slot: Int, seed: UInt64) {}

    func run(_ batch: SliceBatch) {
        columns.run(2, batch)
        for (row, slot) in batch.slots.enumerated() {
            let target = columns.mistake == .swapsRows && batch.slots.count > 1 ? (row + 1) % batch.slots.count : row
            let silence: Float = columns.mistake == .breaksSilence ? 1e-4 : 0
            let value = batch.decisions[row].speaks ? columns.rows[slot].voice : silence
            for i in 0..<batch.samplesPerSlice { batch.speech[target * batch.samplesPerSlice + i] = value }
        }
    }
}
