// Lets rows wait for others that come later.

internal import Kernels

/// Delays each stream's rows by a fixed count.
final class DelayLine {
    private let history: History
    private let window = Scratch()

    init(slots: Int, rows: Int, width: Int) { history = History(slots: slots, rows: rows, width: width) }

    func open(_ slot: Int) { history.open(slot) }

    /// x [rows, width], delayed, to y; y may be x. `delay` says how late x comes.
    func run(
        _ x: UnsafePointer<Float>, _ lanes: [Lane], rate: Int, delay: Int, to y: UnsafeMutablePointer<Float>
    ) {
        let width = history.width, rows = window.room(history.windowCount(lanes, rate: rate))
        history.fill(rows, with: x, lanes, rate: rate, delay: delay)
        var source = rows, target = y
        for lane in lanes {
            let count = lane.count * rate
            target.update(from: source, count: count * width)
            source += (count + history.rows) * width
            target += count * width
        }
    }
}
