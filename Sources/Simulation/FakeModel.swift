// A model without weights: it answers when the user falls silent and yields when the user speaks. It speaks in the sample value
// that it heard, so that a listener can tell whose audio it is.

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
        /// Slices in which it said a client's text.
        var recited = 0
        /// The session's seed, and the fingerprint of everything that it was fed since.
        var seed: UInt64 = 0
        var fed = Fingerprint()
        /// How often each stage has run on it since it was opened.
        var runs = [0, 0, 0]
        /// Whose texts it was told; nil before the first.
        var writer: Int32?
    }

    /// Planted mistakes, to see that the checker finds them.
    public enum Mistake: String, CaseIterable, Sendable { case none, keepsColumn, swapsRows, breaksSilence }

    /// The columns, as all stages share them: shows what the engine must not do with them.
    final class Columns {
        var rows: [Column]
        let mistake: Mistake, hearsExactly: Bool, endsTurns: Bool
        /// Quiet slices that end a turn: 240 ms.
        let quietSlices: Int
        private let clock: SliceClock
        /// Rows of the step that LISTEN began and SPEAK has not finished.
        private var step: [Int] = []
        private(set) var faults: [String] = []

        init(_ count: Int, _ clock: SliceClock, _ mistake: Mistake, hearsExactly: Bool, endsTurns: Bool) {
            rows = Array(repeating: Column(), count: count)
            (self.clock, self.mistake, self.hearsExactly) = (clock, mistake, hearsExactly)
            self.endsTurns = endsTurns
            quietSlices = clock.slices(milliseconds: 240)
        }

        func blame(_ slot: Int, _ message: String) { faults.append("column \(slot): \(message)") }

        func open(_ slot: Int, seed: UInt64) {
            if step.contains(slot) { blame(slot, "opened while a step rides on it") }
            if mistake != .keepsColumn { rows[slot] = Column() }
            // One slice for the first word, and one for its end.
            rows[slot].length = max(2, clock.slices(milliseconds: 240 + 80 * Int(seed % 11)))
            rows[slot].seed = seed
            rows[slot].fed.add(seed)
        }

        /// Called when a stage runs. Each column has passed the previous stage as often, and only one step runs at a time.
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

    /// `hearsExactly` is false where callers speak through codecs, which do not keep levels to the bit. Without `endsTurns` it misses
    /// the ends of turns, which then are its mind's to find.
    public init(
        slots: Int, clock: SliceClock = .standard, mistake: Mistake = .none, hearsExactly: Bool = true,
        endsTurns: Bool = true
    ) {
        (plan, slotCount) = (Self.plan(clock), slots)
        columns = Columns(slots, clock, mistake, hearsExactly: hearsExactly, endsTurns: endsTurns)
        listen = FakeListen(columns)
        decode = FakeDecode(columns)
        speak = FakeSpeak(columns)
    }

    /// Tokens from here on are words that callers type; each caller has ten of its own.
    static let writtenMin: Int32 = 1000
    static func writer(of token: Int32) -> Int32? { token < writtenMin ? nil : token / 10 }

    /// The token whose text this is; 1 for none.
    static func token(of text: String) -> Int32 { Int32(text.drop { $0 == " " }) ?? 1 }
    public func text(of token: Int32) -> String { token > 1 ? " \(token)" : "" }
    /// It can say numbers only.
    public func wording(of text: String) -> Wording {
        let parts = text.split { " .,".contains($0) }
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
            // Codecs fade a voice in and out: its level is the peak.
            if peak > 0.01 { columns.rows[slot].voice = max(columns.rows[slot].voice, peak) }
            feed(samples, slot)
        }
    }

    /// Each caller speaks at a level of its own, so a column must hear one level only.
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
            if columns.endsTurns, c.quietSlices == columns.quietSlices, c.loudSlices > 0 {
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
            // A word begins every other slice; the voice ends with the last one.
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
