// Attention sinks and a rolling window (Xiao et al. 2023, StreamingLLM), exact and without re-rotating the window; and
// between them a memory of the slices that mattered, seen after they have left the window.
//
//  positions  0 1 2 3 │ memory … │ … gone … │ oldest … p     kept: the sinks, some slices, and all slices up to p
//  keys       at 0…3  │ S…S+m−1  │          │ at their absolute positions, for ever
//  query      at S + m + p − oldest         │ at p           RoPE is relative: both equal the paper's in-cache positions
//
// The memory's rows are not the window's, moved: they are computed a second time, as if the talk had been the sinks and the
// remembered slices alone. So a model meets in long talks what short ones have taught it: a talk with its pauses cut out.

internal import Basics
public import Kernels

/// Keys and values of one layer for every slot. Allocated once.
public final class SinkCache {
    public struct Shape: Hashable, Sendable {
        /// Positions kept for ever, those that slices may keep after the window, and the rolling rest; all whole slices.
        public var sinks: Int
        public var memory: Int
        public var window: Int
        /// Positions in a slice: eviction drops whole ones.
        public var slice: Int
        /// Numbers of a cached row: key/value heads times their dimension.
        public var width: Int
        public var precision: Precision

        public init(
            sinks: Int, memory: Int = 0, window: Int, slice: Int, width: Int, precision: Precision = .f32
        ) {
            (self.sinks, self.memory, self.window) = (sinks, memory, window)
            (self.slice, self.width, self.precision) = (slice, width, precision)
        }

        /// Positions of a full cache.
        public var count: Int { sinks + memory + window }

        /// The oldest position of the window that position `p` may see. Whole slices: room for p's slice is made at once.
        public func oldest(for p: Int) -> Int { max(sinks, (p / slice + 1) * slice - window) }

        /// The position of `p` where `seen` positions of the memory come before the window: where the query of the sinks stands.
        public func cached(_ p: Int, seen: Int = 0) -> Int { p < sinks ? p : sinks + seen + p - oldest(for: p) }

        /// Positions that a full memory drops at once, whole slices. Not one slice at a time: what stays is turned back and, in a
        /// short precision, rounded anew; many small turns would be lost in rounding.
        public var dropped: Int { max(slice, memory / 8 / slice * slice) }
    }

    public let shape: Shape
    private let heads: Int
    /// [slots, heads, sinks + memory + window, dim]: a head's rows lie together, because attention reads them in one go.
    private let keys, values: CacheRows

    /// `heads` key/value heads share a row's width evenly.
    public init(shape: Shape, heads: Int, slots: Int) {
        invariant(shape.width % heads == 0, "a cached row of \(shape.width) for \(heads) heads")
        (self.shape, self.heads) = (shape, heads)
        let rows = slots * heads * shape.count, dim = shape.width / heads
        keys = CacheRows(count: rows, dim: dim, precision: shape.precision)
        values = CacheRows(count: rows, dim: dim, precision: shape.precision)
    }

    /// Numbers of one head's part of a row, and from one row to the next.
    public var dim: Int { shape.width / heads }

    /// Which row holds a head's part of a position.
    private func row(_ slot: Int, _ head: Int, _ position: Int) -> Int {
        let rolling = shape.sinks + shape.memory + (position - shape.sinks) % shape.window
        return self.line(slot, head, position < shape.sinks ? position : rolling)
    }

    private func line(_ slot: Int, _ head: Int, _ line: Int) -> Int {
        (slot * heads + head) * shape.count + line
    }

    /// Stores the key (rotated at `position`) and value of one position. [width] each.
    public func store(_ slot: Int, _ position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        for head in 0..<heads {
            let row = row(slot, head, position)
            keys.store(row, key + head * dim)
            values.store(row, value + head * dim)
        }
    }

    /// Stores the key (rotated at `position`) and value of a position of the memory: it counts from the first sink.
    func keep(_ slot: Int, _ position: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        for head in 0..<heads {
            let line = line(slot, head, position)
            keys.store(line, key + head * dim)
            values.store(line, value + head * dim)
        }
    }

    /// What a position of the memory may see through one head: the `count` positions of sinks and memory up to itself.
    func kept(_ slot: Int, count: Int, head: Int) -> CacheView {
        let first = line(slot, head, 0)
        let kept = CacheRun(keys: keys, values: values, from: first, count: count)
        return CacheView(sinks: kept, window: none, wrapped: none)
    }

    private var none: CacheRun { CacheRun(keys: keys, values: values, from: 0, count: 0) }

    /// Drops the oldest `dropped` of a memory's `remembered` positions. `rotate` turns a key back by as many.
    func forget(_ slot: Int, _ dropped: Int, remembered: Int, rotate: (UnsafeMutablePointer<Float>) -> Void) {
        for head in 0..<heads {
            let first = line(slot, head, shape.sinks), count = remembered - dropped
            for rows in [keys, values] { rows.move(first + dropped, to: first, count: count) }
            keys.update(first..<first + count, rotate)
        }
    }

    /// What `position` may see through one head: sinks and memory, and the window in at most two runs.
    public func view(_ slot: Int, _ position: Int, head: Int, seen: Int = 0) -> CacheView {
        func run(_ first: Int, _ count: Int) -> CacheRun {
            CacheRun(keys: keys, values: values, from: row(slot, head, first), count: count)
        }
        let kept = CacheRun(
            keys: keys, values: values, from: line(slot, head, 0), count: min(shape.sinks + seen, position + 1))
        guard position >= shape.sinks else { return CacheView(sinks: kept, window: none, wrapped: none) }
        let oldest = shape.oldest(for: position), count = position - oldest + 1
        let before = min(count, shape.window - (oldest - shape.sinks) % shape.window)
        return CacheView(
            sinks: kept, window: run(oldest, before),
            wrapped: count > before ? run(oldest + before, count - before) : none)
    }
}
