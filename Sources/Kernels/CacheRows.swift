// Cached keys or values: float32 rows, or rows of a shorter type so that attention reads less memory.

internal import Basics
internal import CKernels

/// Rows [count, dim] at a fixed address, initially zero.
public final class CacheRows: @unchecked Sendable {
    public let precision: Precision
    public let dim: Int
    private let rowCount: Int
    private let piece: PageSlice
    private var bytes: UnsafeMutableRawPointer { piece.base }
    private let rowBytes: Int, isScaled: Bool
    /// [count] if the type is scaled.
    private let scales: Buffer
    /// Scratch: one row in float32. [dim]
    private let wide: Buffer

    /// A row must fill whole 32-bit words, of a type for caches.
    public init(count: Int, dim: Int, precision: Precision) {
        let type = precision.type
        invariant(precision.isForCaches, "cached rows of \(precision)")
        invariant(type.row_bytes(dim) == type.row_bytes(4) * dim / 4, "a cached row of \(dim)")
        (self.precision, self.dim, rowCount) = (precision, dim, count)
        (rowBytes, isScaled) = (type.row_bytes(dim), type.is_scaled)
        let size = count * rowBytes
        piece = PageSlice(count: size)
        // Touch every page now: the system clears a page on its first write, which would slow a session's first slices.
        piece.base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        scales = Buffer(count: type.is_scaled ? max(1, count) : 1)
        wide = Buffer(count: dim)
    }

    public func pointer(_ row: Int) -> UnsafeRawPointer {
        invariant(row >= 0 && row < rowCount, "a cached row that is not there")
        return UnsafeRawPointer(bytes + row * rowBytes)
    }

    /// The scales of `row` and the rows after it; nil if the type is not scaled.
    public func scale(_ row: Int) -> UnsafePointer<Float>? {
        isScaled ? UnsafePointer(scales.pointer + row) : nil
    }

    /// Converts x [dim] and stores it.
    public func store(_ row: Int, _ x: UnsafePointer<Float>) {
        precision.row.pointee.take(
            x, UnsafeMutableRawPointer(mutating: pointer(row)), scales.pointer + (isScaled ? row : 0), 1, dim)
    }

    /// Copies `count` rows; source and target may overlap.
    public func move(_ source: Int, to target: Int, count: Int) {
        guard count > 0 else { return }
        _ = (pointer(source + count - 1), pointer(target + count - 1))
        UnsafeMutableRawPointer(mutating: pointer(target))
            .copyMemory(from: pointer(source), byteCount: count * rowBytes)
        if isScaled {
            UnsafeMutableRawPointer(scales.pointer + target)
                .copyMemory(from: scales.pointer + source, byteCount: count * 4)
        }
    }

    /// Applies `change` to each of `rows` in float32. In a shorter type, every change rounds the row again.
    public func update(_ rows: Range<Int>, _ change: (UnsafeMutablePointer<Float>) -> Void) {
        for row in rows {
            precision.row.pointee.widen(pointer(row), scale(row), wide.pointer, dim)
            change(wide.pointer)
            store(row, wide.pointer)
        }
    }
}
