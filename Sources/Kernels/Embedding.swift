// A table with one row per token.

internal import Basics

/// Rows [count, width], immutable and shared by all sessions.
public struct Embedding: Sendable {
    public let count: Int
    public let width: Int
    private let rows: Buffer

    public init(rows: [Float], count: Int, width: Int) {
        invariant(rows.count == count * width, "an embedding of \(count)x\(width) with \(rows.count) values")
        (self.count, self.width, self.rows) = (count, width, Buffer(rows))
    }

    public func row(_ index: Int) -> UnsafePointer<Float> {
        invariant(index >= 0 && index < count, "an embedding that is not there")
        return UnsafePointer(rows.pointer + index * width)
    }

    /// Adds row `index` to `target` [width].
    public func add(_ index: Int, to target: UnsafeMutablePointer<Float>) {
        Kernels.add(row(index), to: target, count: width)
    }
}
