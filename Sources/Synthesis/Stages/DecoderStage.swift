// From latents to samples, slice by slice.

internal import Kernels

/// The decoder with its state. The samples come `delay` late.
final class DecoderStage {
    private final class Level {
        let up: StreamConvolution
        let blocks: [BlockStage]
        let delay: Int

        init(_ level: DecoderWeights.Level, slots: Int, _ space: ProductSpace) {
            up = StreamConvolution(level.up, slots: slots, space)
            let delay = level.blocks.reduce(0) { max($0, $1.delay) }
            self.delay = delay
            blocks = level.blocks.map {
                BlockStage($0, width: level.up.outputs, delay: delay, slots: slots, space)
            }
        }
    }

    private let pre, post: StreamConvolution
    private let levels: [Level]
    private let first = Scratch(), raised = Scratch()
    /// Samples a frame.
    let factor: Int
    let delay: Int

    init(_ weights: DecoderWeights, slots: Int) {
        let space = ProductSpace()
        pre = StreamConvolution(weights.pre, slots: slots, space)
        post = StreamConvolution(weights.post, slots: slots, space)
        levels = weights.levels.map { Level($0, slots: slots, space) }
        (factor, delay) = (weights.factor, weights.delay)
    }

    func open(_ slot: Int) {
        pre.open(slot)
        post.open(slot)
        for level in levels {
            level.up.open(slot)
            level.blocks.forEach { $0.open(slot) }
        }
    }

    /// Latents z [rows, channels] to samples y [rows · factor] in ±1. `conditions`: what each lane's speaker adds. One lane after the
    /// other, whose rows stay in the second-level cache.
    func run(
        _ z: UnsafePointer<Float>, _ lanes: [Lane], conditions: [[Float]?], to y: UnsafeMutablePointer<Float>
    ) {
        var (source, target) = (z, y)
        for (lane, condition) in zip(lanes, conditions) {
            run(source, lane, condition, target)
            source += lane.count * pre.convolution.inputs
            target += lane.count * factor
        }
    }

    private func run(
        _ z: UnsafePointer<Float>, _ lane: Lane, _ condition: [Float]?, _ y: UnsafeMutablePointer<Float>
    ) {
        let width = pre.convolution.outputs, x = first.room(lane.count * width)
        pre.run(z, [lane], rate: 1, delay: 0, to: x)
        condition?.withUnsafeBufferPointer { values in
            for row in 0..<lane.count { add(values.baseAddress!, to: x + row * width, count: width) }
        }
        var (rate, late, input) = (1, pre.convolution.delay, UnsafePointer(x))
        for level in levels {
            input = run(level, input, lane, &rate, &late)
        }
        post.run(input, [lane], rate: rate, delay: late, slope: 0.01, to: y)
        Activation.tanh(y, count: lane.count * rate)
    }

    /// Raises the rate and averages the blocks.
    private func run(
        _ level: Level, _ x: UnsafePointer<Float>, _ lane: Lane, _ rate: inout Int, _ late: inout Int
    ) -> UnsafePointer<Float> {
        let up = level.up.convolution, raised = raised.room(lane.count * rate * up.factor * up.outputs)
        level.up.run(x, [lane], rate: rate, delay: late, slope: 0.1, to: raised)
        (rate, late) = (rate * up.factor, late * up.factor + up.cut)
        let count = lane.count * rate * up.outputs
        let outs = level.blocks.map { $0.run(raised, lane, rate: rate, delay: late) }
        for out in outs.dropFirst() { add(out, to: outs[0], count: count) }
        let share = 1 / Float(outs.count)
        for i in 0..<count { outs[0][i] *= share }
        late += level.delay
        return UnsafePointer(outs[0])
    }
}
