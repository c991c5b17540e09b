// Utterances in progress: the voice's streams, brought to the plan's sample rate and to slices.

internal import Audio
internal import Basics
internal import Dialogue
internal import Kernels
internal import Synthesis

/// What DECODE and SPEAK share, with a column per slot.
final class CascadeSpeech {
    private struct Column {
        /// What will be said next, as far as is known, and what is about to begin.
        var coming: ClauseEncoder.Job?
        var starting: ClauseEncoder.Job?
        var utterance: Utterance?
        var clause: Clause?
        /// Words that have begun, and samples that went out.
        var words = 0, samples = 0
        var resampler: Resampler
        /// Samples at the plan's rate that wait for their slice.
        var waiting: [Float] = []
        var isFlushed = false
        var seed: UInt64 = 0
        var utterances: UInt64 = 0
    }

    private let voice: Synthesis.Voice
    private let speaker: Int
    private let rate: Int
    private let encoder: ClauseEncoder
    private let streams: Streams
    private let resampler: Resampler
    private var columns: [Column]
    /// [slots, samples of a slice]: what each slot played in its last slice.
    private let played: Buffer
    private let sliceSamples: Int
    /// Samples of the voice that complete the resampler's last ones.
    private static let tail = 128

    init(_ weights: CascadeWeights, slots: Int) {
        (voice, speaker, rate) = (weights.voice, weights.voiceConfig.speaker ?? 0, weights.config.plan.sampleRate)
        (encoder, streams) = (ClauseEncoder(voice), Streams(voice, slots: slots))
        resampler = Resampler(from: voice.rate, to: rate)
        columns = Array(repeating: Column(resampler: resampler), count: slots)
        sliceSamples = weights.config.plan.samplesPerSlice
        played = Buffer(count: slots * sliceSamples)
    }

    func open(_ slot: Int, seed: UInt64) {
        stop(slot)
        columns[slot].coming = nil
        played.zero(slot * sliceSamples..<(slot + 1) * sliceSamples)
        (columns[slot].seed, columns[slot].utterances) = (seed, 0)
    }

    /// The slot will probably say this next.
    func prepare(_ slot: Int, _ utterance: Utterance) {
        guard columns[slot].coming?.phonemes != utterance.phonemes else { return }
        columns[slot].coming = encoder.encode(utterance.phonemes)
    }

    /// The slot begins to say this in the coming run.
    func begin(_ slot: Int, _ utterance: Utterance) {
        prepare(slot, utterance)
        columns[slot].utterances += 1
        (columns[slot].starting, columns[slot].coming) = (columns[slot].coming, nil)
        (columns[slot].utterance, columns[slot].words) = (utterance, 1)
    }

    /// Waits for the clause of what has begun.
    private func start(_ slot: Int) {
        let manner = Manner(speaker: speaker, seed: columns[slot].seed &+ columns[slot].utterances)
        let clause = voice.clause(columns[slot].starting!.take(), manner)
        streams.open(slot, clause)
        (columns[slot].starting, columns[slot].clause) = (nil, clause)
        (columns[slot].resampler, columns[slot].waiting, columns[slot].samples) = (resampler, [], 0)
        columns[slot].isFlushed = false
    }

    func stop(_ slot: Int) {
        streams.stop(slot)
        (columns[slot].starting, columns[slot].utterance, columns[slot].clause) = (nil, nil, nil)
        columns[slot].waiting = []
    }

    /// [samples of a slice]: what the slot played in its last slice, until the next run.
    func lastSlice(_ slot: Int) -> UnsafePointer<Float> { UnsafePointer(played.pointer) + slot * sliceSamples }

    /// Whether there is sound left.
    func isSpeaking(_ slot: Int) -> Bool { columns[slot].utterance != nil }

    /// Whether the next word begins in the coming slice; if so, it counts as begun.
    func beginsWord(_ slot: Int) -> Bool {
        let column = columns[slot]
        guard let utterance = column.utterance, let clause = column.clause, column.words < utterance.starts.count
        else { return false }
        let start = utterance.starts[column.words]
        let frame = start == 0 ? 0 : clause.ends[min(start, clause.ends.count) - 1]
        let end = (column.samples + rate * 80 / 1000) * voice.rate / rate
        guard frame * voice.samplesPerFrame < end else { return false }
        columns[slot].words += 1
        return true
    }

    /// The next slice of every row: silence where nothing is said.
    func run(_ batch: SliceBatch) {
        let size = batch.samplesPerSlice
        // Clauses may be ready when the others have spoken.
        fill(batch.slots.filter { columns[$0].clause != nil }, size)
        let starting = batch.slots.filter { columns[$0].starting != nil }
        starting.forEach(start)
        fill(starting, size)
        for (row, slot) in batch.slots.enumerated() {
            defer { keep(row, slot, batch) }
            let range = row * size..<(row + 1) * size
            guard isSpeaking(slot) else {
                batch.speech.replaceSubrange(range, with: repeatElement(0, count: size))
                continue
            }
            let made = columns[slot].waiting.prefix(size)
            batch.speech.replaceSubrange(range, with: made + [Float](repeating: 0, count: size - made.count))
            columns[slot].waiting.removeFirst(made.count)
            columns[slot].samples += size
            if columns[slot].isFlushed, columns[slot].waiting.isEmpty { stop(slot) }
        }
    }

    private func keep(_ row: Int, _ slot: Int, _ batch: SliceBatch) {
        batch.speech.withUnsafeBufferPointer {
            (played.pointer + slot * sliceSamples).update(
                from: $0.baseAddress! + row * sliceSamples, count: sliceSamples)
        }
    }

    /// Has the streams speak until each of `slots` has a slice, or its utterance ends.
    private func fill(_ slots: [Int], _ size: Int) {
        var slots = slots
        while true {
            slots = slots.filter { columns[$0].waiting.count < size && !columns[$0].isFlushed }
            guard !slots.isEmpty else { return }
            let lacking = slots.map { size - columns[$0].waiting.count }.max()!
            let made = streams.next(slots, samples: lacking * voice.rate / rate + Self.tail / 2)
            for (slot, samples) in zip(slots, made) {
                columns[slot].waiting += columns[slot].resampler.process(samples)
                guard !streams.speaks(slot) else { continue }
                columns[slot].waiting += columns[slot].resampler.process(
                    [Float](repeating: 0, count: Self.tail))
                columns[slot].isFlushed = true
            }
        }
    }
}
