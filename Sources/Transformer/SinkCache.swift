// Attention sinks and a rolling window (Xiao et al. 2023, StreamingLLM), exact and without re-rotating the window.
//
//  positions  0 1 2 3 │ … gone … │ oldest … p        kept: the sinks, and whole slices up to p
//  keys       at 0…3  │          │ at their absolute positions, for ever
//  query      at S + p − oldest  │ at p              RoPE is relative: both equal the paper's in-cache positions

internal import Basics
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
    private let heads: Int
    /// [slots, heads, sinks + window, dim]: a head's rows lie together, because attention reads them in one go.
    private let keys, values: Buffer

    /// `heads` key/value heads share a row's width evenly.
    public init(shape: Shape, heads: Int, slots: Int) {
        invariant(shape.width % heads == 0, "a cached row of \(shape.width) for \(heads) heads")
        (self.shape, self.heads) = (shape, heads)
        keys = Buffer(count: slots * (shape.sinks + shape.window) * shape.width)
        values = Buffer(count: slots * (shape.sinks + shape.window) * shape.width)
    }

    /// Floats of one head's part of a row, and from one row to the next.
    public var dim: Int { shape.width / heads }

    /// Where a head's part of a position's row begins.
    private func row(_ slot: Int, _ head: Int, _ position: Int) -> Int {
        let line = position < shape.sinks ? position : shape.sinks + (position - shape.sinks) % shape.window
        return ((slot * heads + head) * (shape.sinks + shape.window) + line) * dim
    }

    /// Stores the key (rotated at `position`) and value of one position. [width] each.
    public func store(_ slot: Int, _ position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        for head in 0..<heads {
            let row = row(slot, head, position)
            (keys.pointer + row).update(from: key + head * dim, count: dim)
            (values.pointer + row).update(from: value + head * dim, count: dim)
        }
    }

    /// What `position` may see through one head: the sinks, and the window in at most two runs.
    public func view(_ slot: Int, _ position: Int, head: Int) -> CacheView {
        func run(_ first: Int, _ count: Int) -> CacheRun {
            let row = row(slot, head, first)
            return CacheRun(keys: keys.pointer + row, values: values.pointer + row, count: count)
        }
        let sinks = run(0, min(shape.sinks, position + 1)), none = run(0, 0)
        guard position >= shape.sinks else { return CacheView(sinks: sinks, window: none, wrapped: none) }
        let oldest = shape.oldest(for: position), count = position - oldest + 1
        let before = min(count, shape.window - (oldest - shape.sinks) % shape.window)
        return CacheView(
            sinks: sinks, window: run(oldest, before),
            wrapped: count > before ? run(oldest + before, count - before) : none)
    }
}
