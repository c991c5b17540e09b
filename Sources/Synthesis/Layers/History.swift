// The last rows of each stream: what a convolution has to keep between slices.

internal import Glibc

/// State of one layer: `rows` converted rows of `rowBytes` bytes for each slot. Zero bytes are zeros in every type.
final class History {
    let rows, rowBytes: Int
    private let state: UnsafeMutableRawBufferPointer

    init(slots: Int, rows: Int, rowBytes: Int) {
        (self.rows, self.rowBytes) = (rows, rowBytes)
        state = .allocate(byteCount: slots * rows * rowBytes, alignment: 64)
        _ = state.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { state.deallocate() }

    /// A new clause: everything before it is silence.
    func open(_ slot: Int) { kept(slot)?.initializeMemory(as: UInt8.self, repeating: 0, count: rows * rowBytes) }

    private func kept(_ slot: Int) -> UnsafeMutableRawPointer? {
        rows == 0 ? nil : state.baseAddress! + slot * rows * rowBytes
    }

    /// Bytes of a window for `lanes`.
    func windowBytes(_ lanes: [Lane], rate: Int) -> Int { (lanes.rows(rate) + lanes.count * rows) * rowBytes }

    /// The lanes' rows, each lane's behind its kept rows, to `window`; rows outside of the clause become zeros. Keeps the last rows.
    /// `convert` writes `count` rows of the input from `first` on to `target`.
    func fill(
        _ window: UnsafeMutableRawPointer, _ lanes: [Lane], rate: Int, delay: Int,
        convert: (_ first: Int, _ count: Int, _ target: UnsafeMutableRawPointer) -> Void
    ) {
        var target = window, source = 0
        for lane in lanes {
            let kept = kept(lane.slot), count = lane.count * rate
            if let kept { target.copyMemory(from: kept, byteCount: rows * rowBytes) }
            let first = lane.start * rate - delay
            let before = min(count, max(0, -first)), end = max(before, min(count, lane.length * rate - first))
            let fresh = target + rows * rowBytes
            memset(fresh, 0, before * rowBytes)
            convert(source + before, end - before, fresh + before * rowBytes)
            memset(fresh + end * rowBytes, 0, (count - end) * rowBytes)
            kept?.copyMemory(from: target + count * rowBytes, byteCount: rows * rowBytes)
            target += (rows + count) * rowBytes
            source += count
        }
    }
}
