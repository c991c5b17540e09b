// A residual block of the decoder, slice by slice.

internal import Kernels

/// h += convolution(leaky(h)) for each step, or two convolutions in a row.
final class BlockStage {
    private let steps: [(first: StreamConvolution, second: StreamConvolution?, wait: DelayLine?)]
    /// Waits until the slowest block of the level has the same rows.
    private let wait: DelayLine
    private let inner = Scratch(), waiting = Scratch()
    private let width: Int

    /// `delay`: that of the slowest block of the level.
    init(_ block: DecoderWeights.Block, width: Int, delay: Int, slots: Int, _ space: ProductSpace) {
        self.width = width
        steps = block.steps.map { step in
            let second = step.second.map { StreamConvolution($0, slots: slots, space) }
            let rows = step.first.delay + (step.second?.delay ?? 0)
            return (
                StreamConvolution(step.first, slots: slots, space), second,
                second == nil ? nil : DelayLine(slots: slots, rows: rows, width: width)
            )
        }
        wait = DelayLine(slots: slots, rows: delay - block.delay, width: width)
    }

    func open(_ slot: Int) {
        for step in steps {
            step.first.open(slot)
            step.second?.open(slot)
            step.wait?.open(slot)
        }
        wait.open(slot)
    }

    /// x [rows, width] to y, as late as the level's slowest block makes it.
    func run(
        _ x: UnsafePointer<Float>, _ lanes: [Lane], rate: Int, delay: Int, to y: UnsafeMutablePointer<Float>
    ) {
        let count = lanes.rows(rate) * width, slope: Float = 0.1
        var late = delay, input = x
        for step in steps {
            if let second = step.second, let wait = step.wait {
                let inner = inner.room(count), waiting = waiting.room(count)
                step.first.run(input, lanes, rate: rate, delay: late, slope: slope, to: inner)
                wait.run(input, lanes, rate: rate, delay: late, to: waiting)
                late += step.first.convolution.delay
                second.run(inner, lanes, rate: rate, delay: late, slope: slope, to: y)
                late += second.convolution.delay
                add(waiting, to: y, count: count)
            } else {
                step.first.run(input, lanes, rate: rate, delay: late, slope: slope, to: y)
                step.first.addInput(to: y, lanes, rate: rate)
                late += step.first.convolution.delay
            }
            input = UnsafePointer(y)
        }
        wait.run(y, lanes, rate: rate, delay: late, to: y)
    }
}
