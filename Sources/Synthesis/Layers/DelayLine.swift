// Lets rows wait for others that come later.

internal import Kernels

/// Delays each stream's float32 rows by a fixed count. Rows outside of a clause may have any value: whoever reads them ignores them.
final class DelayLine {
    let rows, width: Int
    private let state: Buffer
    private let last = Scratch()

    init(slots: Int, rows: Int, width: Int) {
        (self.rows, self.width) = (rows, width)
        state = Buffer(count: slots * rows * width)
    }

    func open(_ slot: Int) { state.zero(slot * rows * width..<(slot + 1) * rows * width) }

    /// [rows, width]: the last rows that came before.
    func kept(_ slot: Int) -> UnsafeMutablePointer<Float> { state.pointer + slot * rows * width }

    /// Keeps the last of x [count, width] and of what was kept.
    func keep(_ slot: Int, _ x: UnsafePointer<Float>, count: Int) {
        let kept = kept(slot), stay = max(0, rows - count), fresh = rows - stay
        kept.update(from: kept + (rows - stay) * width, count: stay * width)
        (kept + stay * width).update(from: x + (count - fresh) * width, count: fresh * width)
    }

    /// x [rows, width] at `rate` rows a frame, delayed, in place.
    func run(_ x: UnsafeMutablePointer<Float>, _ lanes: [Lane], rate: Int) {
        guard rows > 0 else { return }
        var x = x
        let size = rows * width, last = last.room(size)
        for lane in lanes {
            let count = lane.count * rate, kept = kept(lane.slot), moved = max(0, count - rows) * width
            last.update(from: kept, count: size)
            keep(lane.slot, x, count: count)
            (x + count * width - moved).update(from: x, count: moved)
            x.update(from: last, count: count * width - moved)
            x += count * width
        }
    }
}
