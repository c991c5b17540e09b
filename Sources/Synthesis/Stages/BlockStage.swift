// A residual block of the decoder, slice by slice.

internal import Kernels

/// h += convolution(leaky(h)) for each step, or two convolutions in a row.
final class BlockStage {
    private struct Step {
        var first: StreamConvolution
        var second: StreamConvolution?
        /// Delays the step's input, which is added to its output.
        var residual: DelayLine
    }

    private let steps: [Step]
    /// Waits until the slowest block of the level has the same rows.
    private let wait: DelayLine
    private let inner = Scratch(), even = Scratch(), odd = Scratch(), out = Scratch()
    private let width: Int

    /// `delay`: that of the slowest block of the level.
    init(_ block: DecoderWeights.Block, width: Int, delay: Int, slots: Int, _ space: ProductSpace) {
        self.width = width
        steps = block.steps.map { step in
            Step(
                first: StreamConvolution(step.first, slots: slots, space),
                second: step.second.map { StreamConvolution($0, slots: slots, space) },
                residual: DelayLine(
                    slots: slots, rows: step.first.delay + (step.second?.delay ?? 0), width: width))
        }
        wait = DelayLine(slots: slots, rows: delay - block.delay, width: width)
    }

    func open(_ slot: Int) {
        for step in steps {
            step.first.open(slot)
            step.second?.open(slot)
            step.residual.open(slot)
        }
        wait.open(slot)
    }

    /// x [rows, width] to rows as late as the level's slowest block makes them, which stay until the next run.
    func run(_ x: UnsafePointer<Float>, _ lane: Lane, rate: Int, delay: Int) -> UnsafeMutablePointer<Float> {
        let rows = lane.count * rate, count = rows * width, kept = wait.rows * width
        let out = out.room(kept + count)
        out.update(from: wait.kept(lane.slot), count: kept)
        var late = delay, input = x
        for (i, step) in steps.enumerated() {
            let y = i == steps.count - 1 ? out + kept : (i % 2 == 0 ? even : odd).room(count)
            run(step, input, lane, rate, &late, y)
            input = UnsafePointer(y)
        }
        wait.keep(lane.slot, input, count: rows)
        return out
    }

    private func run(
        _ step: Step, _ x: UnsafePointer<Float>, _ lane: Lane, _ rate: Int, _ late: inout Int,
        _ y: UnsafeMutablePointer<Float>
    ) {
        let slope: Float = 0.1
        guard let second = step.second else {
            step.first.run(
                x, lane, rate: rate, delay: late, slope: slope, adding: x, by: step.residual, to: y)
            late += step.first.convolution.delay
            return
        }
        let inner = inner.room(lane.count * rate * width)
        step.first.run(x, [lane], rate: rate, delay: late, slope: slope, to: inner)
        late += step.first.convolution.delay
        second.run(inner, lane, rate: rate, delay: late, slope: slope, adding: x, by: step.residual, to: y)
        late += second.convolution.delay
    }
}
