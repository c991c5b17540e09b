// A convolution with the rows that it keeps of each stream.

internal import Kernels

/// Computes a convolution slice by slice, exactly as over the whole clause. Its output comes `delay` rows late.
final class StreamConvolution {
    let convolution: Convolution
    private let history: History
    private let space: ProductSpace
    /// The lanes' rows behind their kept rows, as they came, and after the activation.
    private let window = Scratch(), active = Scratch()

    init(_ convolution: Convolution, slots: Int, _ space: ProductSpace) {
        (self.convolution, self.space) = (convolution, space)
        history = History(slots: slots, rows: convolution.history, width: convolution.inputs)
    }

    func open(_ slot: Int) { history.open(slot) }

    /// x [rows, inputs] at `rate` rows a frame, `delay` rows late, to y [rows · factor, outputs]; with `slope`, a leaky ReLU first.
    func run(
        _ x: UnsafePointer<Float>, _ lanes: [Lane], rate: Int, delay: Int, slope: Float? = nil,
        to y: UnsafeMutablePointer<Float>
    ) {
        let count = history.windowCount(lanes, rate: rate), window = window.room(count)
        history.fill(window, with: x, lanes, rate: rate, delay: delay)
        var rows = window
        if let slope {
            rows = active.room(count)
            Activation.leaky(window, slope: slope, to: rows, count: count)
        }
        convolution.apply(rows, counts: lanes.map { $0.count * rate }, space, to: y)
    }

    /// Adds the last input of `run`, as late as its output, to y [rows, width]: a residual connection. `stride` is y's row length.
    func addInput(
        to y: UnsafeMutablePointer<Float>, _ lanes: [Lane], rate: Int
    ) {
        let width = convolution.inputs
        var source = window.room(0) + convolution.delay * width, target = y
        for lane in lanes {
            let count = lane.count * rate
            add(source, to: target, count: count * width)
            source += (count + convolution.history) * width
            target += count * width
        }
    }
}
