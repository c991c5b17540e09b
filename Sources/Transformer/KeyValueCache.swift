// Cached keys and values. SlotMemory or TurnMemory decides which row holds which position.

internal import Kernels

/// One layer's keys and values for every slot. Allocated once; if lazy, a row takes memory when it is first written.
final class KeyValueCache {
    private let heads, rows, dim: Int
    /// [slots, heads, rows, dim]: a head's rows are contiguous, because attention reads them in sequence.
    private let keys, values: CacheRows

    init(slots: Int, heads: Int, rows: Int, dim: Int, precision: Precision, isLazy: Bool = false) {
        (self.heads, self.rows, self.dim) = (heads, rows, dim)
        keys = CacheRows(count: slots * heads * rows, dim: dim, precision: precision, isLazy: isLazy)
        values = CacheRows(count: slots * heads * rows, dim: dim, precision: precision, isLazy: isLazy)
    }

    private func first(_ slot: Int, _ head: Int) -> Int { (slot * heads + head) * rows }

    /// Stores a rotated key and a value, [heads, dim] each, in one row of every head.
    func store(_ slot: Int, _ row: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        for head in 0..<heads {
            keys.store(first(slot, head) + row, key + head * dim)
            values.store(first(slot, head) + row, value + head * dim)
        }
    }

    /// The rows of one head that a place sees.
    func view(_ slot: Int, _ head: Int, _ place: SlotMemory.Place) -> CacheView {
        let first = first(slot, head)
        func run(_ rows: Range<Int>) -> CacheRun {
            CacheRun(keys: keys, values: values, from: first + rows.lowerBound, count: rows.count)
        }
        return CacheView(sinks: run(place.kept), window: run(place.window), wrapped: run(place.wrapped))
    }

    /// Moves rows in every head; `turn` rotates a key back.
    func move(_ slot: Int, _ move: SlotMemory.Move, turn: (UnsafeMutablePointer<Float>) -> Void) {
        for head in 0..<heads {
            let first = first(slot, head), target = first + move.target
            for rows in [keys, values] { rows.move(first + move.source, to: target, count: move.count) }
            keys.update(target..<target + move.count, turn)
        }
    }

    /// Copies the first `count` rows of every head to another slot.
    func copy(_ source: Int, to target: Int, count: Int) {
        for head in 0..<heads {
            for rows in [keys, values] { rows.move(first(source, head), to: first(target, head), count: count) }
        }
    }

    func release(_ slot: Int) {
        for rows in [keys, values] { rows.release(first(slot, 0)..<first(slot + 1, 0)) }
    }
}
