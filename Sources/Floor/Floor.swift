// The floor's network: in every slice, who should have the floor, and what is heard.
//
//  ear rows [4, 384] ───────────────────────────────▶ linear ─┐
//  microphone, own voice ─▶ bands ─┬─────────────────▶ linear ─┴─▶ 2 gated layers ─▶ speech, over, yield, kinds
//  speaking, likelihood, words ────┘

internal import Basics
internal import Glibc
internal import Kernels

/// Batched over sessions, with a column of state per slot. One thread owns it. A session's outputs do not depend on the others.
public final class Floor {
    private let weights: FloorWeights
    private let slots: Int
    private let bands: BandColumn
    private let states: [Buffer]
    /// [slots, played, bandFloats], the latest first.
    private let played: Buffer
    /// Slices for which the voice has been speaking, and silent, with this one. [slots]
    private var speaking, silent: [Int]
    /// The loudest band while our voice was silent. [slots]
    private var loudest: [Float]
    // Scratch, [slots, …].
    private let sounds, ears, rest, joined, heard, known, state, gates, logits: Buffer

    public init(_ weights: FloorWeights, slots: Int) {
        (self.weights, self.slots) = (weights, slots)
        bands = BandColumn(sounds: 2 * slots, soundsMax: 2 * slots)
        let width = weights.width
        func scratch(_ count: Int) -> Buffer { Buffer(count: slots * count) }
        states = weights.memory.map { _ in Buffer(count: slots * width) }
        played = scratch(FloorShape.played * FloorShape.bandFloats)
        (speaking, silent) = ([Int](repeating: 0, count: slots), [Int](repeating: 0, count: slots))
        loudest = [Float](repeating: FloorShape.silent, count: slots)
        sounds = scratch(2 * FloorShape.bandFloats)
        ears = scratch(FloorShape.earFloats)
        rest = scratch(FloorShape.restFloats)
        heard = scratch(weights.ear.outputs)
        known = scratch(weights.rest.outputs)
        joined = scratch(max(width, weights.ear.outputs + weights.rest.outputs))
        state = scratch(width)
        gates = scratch(6 * width)
        logits = scratch(FloorShape.outputs)
    }

    /// A new session in `slot`: nothing has been heard or played.
    public func open(_ slot: Int) {
        invariant(slot >= 0 && slot < slots, "slot \(slot) of \(slots)")
        bands.open(2 * slot)
        bands.open(2 * slot + 1)
        let width = weights.width, past = FloorShape.played * FloorShape.bandFloats
        for layer in states { layer.zero(slot * width..<(slot + 1) * width) }
        played.zero(slot * past..<(slot + 1) * past)
        (speaking[slot], silent[slot], loudest[slot]) = (0, 0, FloorShape.silent)
    }

    /// One slice of each of `slots`, which must differ; the outputs in their order.
    public func run(_ slots: [Int], _ inputs: [FloorInput]) -> [FloorOutput] {
        invariant(
            slots.count == inputs.count && slots.count <= self.slots, "\(slots.count) slots, \(inputs.count) inputs")
        guard !slots.isEmpty else { return [] }
        for (row, slot) in slots.enumerated() {
            bands.take(inputs[row].microphone, sound: 2 * slot, row: 2 * row)
            bands.take(inputs[row].ownVoice, sound: 2 * slot + 1, row: 2 * row + 1)
        }
        bands.compute(rows: 2 * slots.count, to: sounds.pointer)
        for (row, slot) in slots.enumerated() { gather(row, slot, inputs[row]) }
        compute(slots)
        return slots.indices.map { output(logits.pointer + $0 * FloorShape.outputs) }
    }

    /// Writes the row's inputs.
    private func gather(_ row: Int, _ slot: Int, _ input: FloorInput) {
        let ear = ears.pointer + row * FloorShape.earFloats
        if let rows = input.earRows {
            ear.update(from: rows, count: FloorShape.earFloats)
        } else {
            ear.update(repeating: 0, count: FloorShape.earFloats)
        }
        let width = FloorShape.bandFloats, past = played.pointer + slot * FloorShape.played * width
        memmove(past + width, past, (FloorShape.played - 1) * width * MemoryLayout<Float>.stride)
        past.update(from: sounds.pointer + (2 * row + 1) * width, count: width)
        let target = rest.pointer + row * FloorShape.restFloats
        target.update(from: sounds.pointer + 2 * row * width, count: width)
        (target + width).update(from: past, count: FloorShape.played * width)
        speaking[slot] = input.isSpeaking ? speaking[slot] + 1 : 0
        silent[slot] = input.isSpeaking ? 0 : silent[slot] + 1
        let loud = UnsafeBufferPointer(start: target, count: width).max()!
        if !input.isSpeaking { loudest[slot] = max(loud, loudest[slot] - FloorShape.forgotten) }
        scalars(slot, input, loud, to: target + (1 + FloorShape.played) * width)
    }

    /// [scalars], as in `inputs` of floor.py.
    private func scalars(_ slot: Int, _ input: FloorInput, _ loud: Float, to target: UnsafeMutablePointer<Float>) {
        let isKnown = !input.likelihood.isNaN
        let value = isKnown ? max(-8, input.likelihood) : 0
        target[0] = input.isSpeaking ? 2 : 0
        target[1] = log1p(Float(speaking[slot]))
        target[2] = log1p(Float(silent[slot]))
        target[3] = isKnown ? 4 : 0
        target[4] = value
        target[5] = isKnown ? 4 * exp(value) : 0
        target[6] = Float(min(20, input.words)) / 5
        target[7] = input.words > 0 ? 2 : 0
        target[8] = 3 * (loud - loudest[slot])
        target[9] = loudest[slot]
    }

    /// From `ears` and `rest` to `logits`.
    private func compute(_ slots: [Int]) {
        let rows = slots.count, width = weights.width
        let first = weights.ear.outputs, second = weights.rest.outputs
        weights.ear.apply(ears.pointer, rows: rows, to: heard.pointer)
        weights.rest.apply(rest.pointer, rows: rows, to: known.pointer)
        for row in 0..<rows {
            let target = joined.pointer + row * (first + second)
            Activation.leaky(heard.pointer + row * first, slope: FloorShape.leak, to: target, count: first)
            Activation.leaky(known.pointer + row * second, slope: FloorShape.leak, to: target + first, count: second)
        }
        var x = UnsafePointer(joined.pointer)
        for (layer, column) in zip(weights.memory, states) {
            for (row, slot) in slots.enumerated() {
                (state.pointer + row * width).update(from: column.pointer + slot * width, count: width)
            }
            layer.step(x, state.pointer, rows: rows, gates: gates.pointer)
            for (row, slot) in slots.enumerated() {
                (column.pointer + slot * width).update(from: state.pointer + row * width, count: width)
            }
            joined.pointer.update(from: state.pointer, count: rows * width)
            x = UnsafePointer(joined.pointer)
        }
        weights.output.apply(x, rows: rows, to: logits.pointer)
    }

    private func output(_ y: UnsafePointer<Float>) -> FloorOutput {
        func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
        let kinds = FloorShape.outputs - 3, most = (0..<kinds).map { y[3 + $0] }.max()!
        let powers = (0..<kinds).map { exp(y[3 + $0] - most) }, sum = powers.reduce(0, +)
        return FloorOutput(
            speech: sigmoid(y[0]), over: sigmoid(y[1]), yield: sigmoid(y[2]), kinds: powers.map { $0 / sum })
    }
}
