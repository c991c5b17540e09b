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
    private let rowBytes: Int, isScaled: Bool, isLazy: Bool
    /// [count] if the type is scaled.
    private let scalePiece: PageSlice
    private var scales: UnsafeMutablePointer<Float> { scalePiece.base.assumingMemoryBound(to: Float.self) }
    /// Scratch: one row in float32. [dim]
    private let wide: Buffer

    /// A row must fill whole 32-bit words, of a type for caches. If `isLazy`, a row takes memory when it is first written.
    public init(count: Int, dim: Int, precision: Precision, isLazy: Bool = false) {
        let type = precision.type
        invariant(precision.isForCaches, "cached rows of \(precision)")
        invariant(type.row_bytes(dim) == type.row_bytes(4) * dim / 4, "a cached row of \(dim)")
        (self.precision, self.dim, rowCount) = (precision, dim, count)
        (rowBytes, isScaled, self.isLazy) = (type.row_bytes(dim), type.is_scaled, isLazy)
        let size = count * rowBytes
        piece = PageSlice(count: size, isLazy: isLazy)
        scalePiece = PageSlice(count: type.is_scaled ? max(1, count) * 4 : 4, isLazy: isLazy)
        // Touch every page now: the system clears a page on its first write, which would slow a session's first slices.
        if !isLazy { piece.base.initializeMemory(as: UInt8.self, repeating: 0, count: size) }
        wide = Buffer(count: dim)
    }

    public func pointer(_ row: Int) -> UnsafeRawPointer {
        invariant(row >= 0 && row < rowCount, "a cached row that is not there")
        return UnsafeRawPointer(bytes + row * rowBytes)
    }

    /// The scales of `row` and the rows after it; nil if the type is not scaled.
    public func scale(_ row: Int) -> UnsafePointer<Float>? {
        isScaled ? UnsafePointer(scales + row) : nil
    }

    /// Converts x [dim] and stores it.
    public func store(_ row: Int, _ x: UnsafePointer<Float>) {
        precision.row.pointee.take(
            x, UnsafeMutableRawPointer(mutating: pointer(row)), scales + (isScaled ? row : 0), 1, dim)
    }

    /// Copies `count` rows; source and target may overlap.
    public func move(_ source: Int, to target: Int, count: Int) {
        guard count > 0 else { return }
        _ = (pointer(source + count - 1), pointer(target + count - 1))
        UnsafeMutableRawPointer(mutating: pointer(target))
            .copyMemory(from: pointer(source), byteCount: count * rowBytes)
        if isScaled {
            UnsafeMutableRawPointer(scales + target)
                .copyMemory(from: scales + source, byteCount: count * 4)
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

    /// Returns the memory of `rows` to the system, if lazy; pages that they share with others stay.
    public func release(_ rows: Range<Int>) {
        guard isLazy else { return }
        piece.release(rows.lowerBound * rowBytes..<rows.upperBound * rowBytes)
        if isScaled { scalePiece.release(rows.lowerBound * 4..<rows.upperBound * 4) }
    }
}
