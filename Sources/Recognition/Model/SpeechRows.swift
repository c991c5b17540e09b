// Keys and values that the decoder reads: of a turn's frames, or of a text's positions.

internal import Kernels

/// One layer's keys and values [columns, heads, rows, headDim]; a row takes memory when it is first written.
struct SpeechRows {
    let heads, rows: Int
    private let keys, values: CacheRows

    init(columns: Int, heads: Int, rows: Int, dim: Int, precision: Precision) {
        (self.heads, self.rows) = (heads, rows)
        keys = CacheRows(count: columns * heads * rows, dim: dim, precision: precision, isLazy: true)
        values = CacheRows(count: columns * heads * rows, dim: dim, precision: precision, isLazy: true)
    }

    private func first(_ column: Int, _ head: Int) -> Int { (column * heads + head) * rows }

    /// `key` and `value` are [heads, headDim].
    func store(_ column: Int, _ row: Int, key: UnsafePointer<Float>, value: UnsafePointer<Float>) {
        for head in 0..<heads {
            keys.store(first(column, head) + row, key + head * keys.dim)
            values.store(first(column, head) + row, value + head * values.dim)
        }
    }

    func run(_ column: Int, _ head: Int, _ range: Range<Int>) -> CacheRun {
        // An empty run may begin after the last row.
        let row = range.isEmpty ? first(column, head) : first(column, head) + range.lowerBound
        return CacheRun(keys: keys, values: values, from: row, count: range.count)
    }

    /// Copies the first `count` rows of a column to another.
    func copy(_ source: Int, to target: Int, count: Int) {
        for head in 0..<heads {
            for rows in [keys, values] { rows.move(first(source, head), to: first(target, head), count: count) }
        }
    }
}
