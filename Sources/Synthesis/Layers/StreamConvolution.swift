// A convolution with the rows that it keeps of each stream.

internal import Kernels

/// Computes a convolution slice by slice, exactly as over the whole clause. Its output comes `delay` rows late.
final class StreamConvolution {
    let convolution: Convolution
    private let history: History
    private let space: ProductSpace
    private let window: ByteScratch

    init(_ convolution: Convolution, slots: Int, _ space: ProductSpace) {
        (self.convolution, self.space, window) = (convolution, space, space.window)
        history = History(slots: slots, rows: convolution.history, rowBytes: convolution.rowBytes)
    }

    func open(_ slot: Int) { history.open(slot) }

    /// x [rows, inputs] at `rate` rows a frame, `delay` rows late, to y [rows · factor, outputs], after a leaky ReLU of `slope`.
    func run(
        _ x: UnsafePointer<Float>, _ lanes: [Lane], rate: Int, delay: Int, slope: Float = 1,
        to y: UnsafeMutablePointer<Float>
    ) {
        let window = fill(x, lanes, rate, delay, slope)
        convolution.apply(converted: window, counts: lanes.map { $0.count * rate }, space, to: y)
    }

    /// The same for one lane, with a residual: `line` delays rows r [rows, outputs] as late as the output is. y is neither x nor r.
    func run(
        _ x: UnsafePointer<Float>, _ lane: Lane, rate: Int, delay: Int, slope: Float, adding r: UnsafePointer<Float>,
        by line: DelayLine, to y: UnsafeMutablePointer<Float>
    ) {
        let window = fill(x, [lane], rate, delay, slope), count = lane.count * rate, early = min(count, line.rows)
        let kept = line.kept(lane.slot), bytes = convolution.rowBytes, width = convolution.outputs
        convolution.apply(converted: window, count: early, adding: kept, space, to: y)
        convolution.apply(
            converted: window + early * bytes, count: count - early, adding: r, space, to: y + early * width)
        line.keep(lane.slot, r, count: count)
    }

    private func fill(
        _ x: UnsafePointer<Float>, _ lanes: [Lane], _ rate: Int, _ delay: Int, _ slope: Float
    ) -> UnsafeMutableRawPointer {
        let room = window.room(history.windowBytes(lanes, rate: rate)), inputs = convolution.inputs
        history.fill(room, lanes, rate: rate, delay: delay) { first, count, target in
            convolution.convert(x + first * inputs, slope: slope, rows: count, to: target)
        }
        return room
    }
}
