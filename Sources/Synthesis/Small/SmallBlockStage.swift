// A block of the small voice, slice by slice.

internal import Kernels

/// Exactly as over the whole clause; the rows come `block.reach` rows late.
final class SmallBlockStage {
    let block: SmallBlock
    private let history: History
    /// Delays the rows to which the block adds.
    private let wait: DelayLine

    init(_ block: SmallBlock, slots: Int) {
        self.block = block
        history = History(slots: slots, rows: 2 * block.reach, rowBytes: block.width * MemoryLayout<Float>.stride)
        wait = DelayLine(slots: slots, rows: block.reach, width: block.width)
    }

    func open(_ slot: Int) {
        history.open(slot)
        wait.open(slot)
    }

    /// x [rows, width], `late` rows late, in place, with `reach` rows more.
    func run(_ x: UnsafeMutablePointer<Float>, _ lanes: [Lane], late: Int, _ space: SmallSpace) {
        let width = block.width, rows = lanes.rows(1)
        let window = space.products.window.room(history.windowBytes(lanes, rate: 1))
        history.fill(window, lanes, rate: 1, delay: late) { first, count, target in
            target.copyMemory(from: x + first * width, byteCount: count * width * MemoryLayout<Float>.stride)
        }
        let mixed = space.mixed.room(rows * width)
        var (source, target) = (UnsafePointer(window.assumingMemoryBound(to: Float.self)), mixed)
        for lane in lanes {
            block.mix(source, count: lane.count, to: target)
            source += (lane.count + history.rows) * width
            target += lane.count * width
        }
        wait.run(x, lanes, rate: 1)
        block.add(mixed, rows: rows, space, to: x)
    }
}
