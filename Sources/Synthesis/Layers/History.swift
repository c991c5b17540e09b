// The last rows of each stream: what a convolution has to keep between slices.

internal import Basics
internal import Kernels

/// State of one layer: `rows` rows of `width` numbers for each slot.
final class History {
    let rows, width: Int
    private let state: Buffer

    init(slots: Int, rows: Int, width: Int) {
        (self.rows, self.width) = (rows, width)
        state = Buffer(count: slots * rows * width)
    }

    /// A new clause: everything before it is silence.
    func open(_ slot: Int) { state.zero(slot * rows * width..<(slot + 1) * rows * width) }

    /// Floats of a window for `lanes`.
    func windowCount(_ lanes: [Lane], rate: Int) -> Int { (lanes.rows(rate) + lanes.count * rows) * width }

    /// The lanes' rows x, each lane's behind its kept rows, to `window`; rows outside of the clause become zeros. Keeps the last rows.
    func fill(
        _ window: UnsafeMutablePointer<Float>, with x: UnsafePointer<Float>, _ lanes: [Lane], rate: Int, delay: Int
    ) {
        var target = window, source = x
        for lane in lanes {
            let kept = state.pointer + lane.slot * rows * width, count = lane.count * rate
            target.update(from: kept, count: rows * width)
            let first = lane.start * rate - delay
            let before = min(count, max(0, -first)), end = max(before, min(count, lane.length * rate - first))
            let fresh = target + rows * width
            fresh.update(repeating: 0, count: before * width)
            (fresh + before * width).update(from: source + before * width, count: (end - before) * width)
            (fresh + end * width).update(repeating: 0, count: (count - end) * width)
            kept.update(from: target + count * width, count: rows * width)
            target += (rows + count) * width
            source += count * width
        }
    }
}
