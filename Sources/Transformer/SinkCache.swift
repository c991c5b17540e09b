// Attention sinks and a rolling window (Xiao et al. 2023, StreamingLLM), exact and without re-rotating the window.
//
//  positions  0 1 2 3 │ … gone … │ oldest … p        kept: the sinks, and whole slices up to p
//  keys       at 0…3  │          │ at their absolute positions, for ever
//  query      at S + p − oldest  │ at p              RoPE is relative: both equal the paper's in-cache positions

public import Kernels

/// Keys and values of one layer for every slot. Allocated once.
public final class SinkCache {
    public struct Shape: Hashable, Sendable {
        /// Positions kept for ever, and the rolling rest; both whole slices.
        public var sinks: Int
        public var window: Int
        /// Positions in a slice: eviction drops whole ones.
        public var slice: Int
        /// Floats of a cached row: key/value heads times their dimension.
        public var width: Int

        public init(sinks: Int, window: Int, slice: Int, width: Int) {
            (self.sinks, self.window, self.slice, self.width) = (sinks, window, slice, width)
        }

        /// The oldest position of the window that position `p` may see. Whole slices: room for p's slice is made at once.
        public func oldest(for p: Int) -> Int { max(sinks, (p / slice + 1) * slice - window) }

        /// The position of `p` within the cache, which is where the query of the sinks stands.
        public func cached(_ p: Int) -> Int { p < sinks ? p : sinks + p - oldest(for: p) }
    }

    public let shape: Shape
    private let keys: Buffer
    private let values: Buffer

    public init(shape: Shape, slots: Int) {
        self.shape = shape
        keys = Buffer(count: slots * (shape.sinks + shape.window) * shape.width)
        values = Buffer(count: slots * (shape.sinks + shape.window) * shape.width)
    }

    private func row(_ slot: Int, _ position: Int) -> Int {
        let line = position < shape.sinks ? position : shape.sinks + (position - shape.sinks) % shape.window
        return (slot * (shape.sinks + shape.window) + line) * shape.width
    }

    /// Stores the key (rotated at `position`) and value of one position. [width] each.
    public func store(_ slot: Int, _ position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        let row = row(slot, position)
        (keys.pointer + row).update(from: key, count: shape.width)
        (values.pointer + row).update(from: value, count: shape.width)
    }

    /// What `position` may see: the sinks, and the window in at most two runs. `offset` is a head's start within a row.
    public func runs(_ slot: Int, _ position: Int, offset: Int) -> (sinks: CacheRun, window: [CacheRun]) {
        func run(_ first: Int, _ count: Int) -> CacheRun {
            let row = row(slot, first) + offset
            return CacheRun(keys: keys.pointer + row, values: values.pointer + row, count: count)
        }
        let sinks = run(0, min(shape.sinks, position + 1))
        guard position >= shape.sinks else { return (sinks, []) }
        let oldest = shape.oldest(for: position), count = position - oldest + 1
        let before = shape.window - (oldest - shape.sinks) % shape.window
        if count <= before { return (sinks, [run(oldest, count)]) }
        return (sinks, [run(oldest, before), run(oldest + before, count - before)])
    }
}
