// One coupling layer of the flow, frame by frame.

internal import Kernels

/// b -= post(WaveNet(pre(a))) for the halves a, b of each latent.
final class CouplingStage {
    private let weights: FlowWeights.Coupling
    private let width: Int
    private let layers: [StreamConvolution]
    /// Delay the sum of skips, and each layer's input, as late as its output.
    private let waits, residuals: [DelayLine]
    private let wait: DelayLine
    private let space: ProductSpace
    private let half = Scratch(), hidden = Scratch(), wide = Scratch(), gated = Scratch(), skips = Scratch()
    let delay: Int

    init(_ weights: FlowWeights.Coupling, slots: Int, _ space: ProductSpace) {
        (self.weights, self.space, width) = (weights, space, weights.pre.outputs)
        layers = weights.layers.map { StreamConvolution($0, slots: slots, space) }
        delay = weights.layers.reduce(0) { $0 + $1.delay }
        let width = width
        waits = weights.layers.map { DelayLine(slots: slots, rows: $0.delay, width: width) }
        residuals = weights.layers.map { DelayLine(slots: slots, rows: $0.delay, width: width) }
        wait = DelayLine(slots: slots, rows: delay, width: 2 * weights.pre.inputs)
    }

    func open(_ slot: Int) {
        layers.forEach { $0.open(slot) }
        (waits + residuals).forEach { $0.open(slot) }
        wait.open(slot)
    }

    /// z [rows, channels], `late` frames late, in place, with `delay` frames more. `conditions` are what each lane's speaker adds.
    func run(_ z: UnsafeMutablePointer<Float>, _ lanes: [Lane], late: Int, conditions: [[Float]?]) {
        let rows = lanes.rows(1), channels = 2 * weights.pre.inputs, half = half.room(rows * channels / 2)
        let hidden = hidden.room(rows * width), skips = skips.room(rows * width)
        for row in 0..<rows {
            (half + row * channels / 2).update(from: z + row * channels, count: channels / 2)
        }
        weights.pre.apply(half, counts: [rows], space, to: hidden)
        skips.update(repeating: 0, count: rows * width)
        var at = late
        for i in layers.indices {
            run(layer: i, hidden, skips, lanes, late: at, conditions)
            at += layers[i].convolution.delay
        }
        wait.run(z, lanes, rate: 1)
        weights.post.apply(skips, counts: [rows], space, to: half)
        for row in 0..<rows {
            let b = z + row * channels + channels / 2, m = half + row * channels / 2
            for i in 0..<channels / 2 { b[i] -= m[i] }
        }
    }

    private func run(
        layer i: Int, _ hidden: UnsafeMutablePointer<Float>, _ skips: UnsafeMutablePointer<Float>, _ lanes: [Lane],
        late: Int, _ conditions: [[Float]?]
    ) {
        let rows = lanes.rows(1), wide = wide.room(rows * 2 * width), gated = gated.room(rows * width)
        layers[i].run(hidden, lanes, rate: 1, delay: late, to: wide)
        condition(wide, layer: i, lanes, conditions)
        Activation.gate(wide, to: gated, rows: rows, width: width)
        weights.skips[i].apply(gated, counts: [rows], space, to: wide)
        waits[i].run(skips, lanes, rate: 1)
        guard i < layers.count - 1 else { return add(wide, to: skips, count: rows * width) }
        residuals[i].run(hidden, lanes, rate: 1)
        for row in 0..<rows {
            add(wide + 2 * row * width, to: hidden + row * width, count: width)
            add(wide + (2 * row + 1) * width, to: skips + row * width, count: width)
        }
    }

    private func condition(
        _ wide: UnsafeMutablePointer<Float>, layer: Int, _ lanes: [Lane], _ conditions: [[Float]?]
    ) {
        var target = wide
        for (lane, condition) in zip(lanes, conditions) {
            condition?.withUnsafeBufferPointer { values in
                for row in 0..<lane.count {
                    add(
                        values.baseAddress! + layer * 2 * width, to: target + row * 2 * width, count: 2 * width)
                }
            }
            target += lane.count * 2 * width
        }
    }
}
