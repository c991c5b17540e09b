// Cached keys or values: rows in float32, or in bfloat16 or int8 for a half or a quarter of the memory to read.

internal import Basics
internal import CKernels

/// How keys and values are cached.
public enum CachePrecision: String, CaseIterable, Sendable {
    case f32
    /// Rounded to the nearest bfloat16 when they are stored.
    case bf16
    /// Rounded to int8 with a scale for each head's part of a row.
    case int8

    /// Bytes of a number.
    public var bytes: Int {
        switch self {
        case .f32: 4
        case .bf16: 2
        case .int8: 1
        }
    }

    /// Bytes of a row of `dim` numbers, its scale included.
    public func rowBytes(dim: Int) -> Int { dim * bytes + (self == .int8 ? 4 : 0) }
}

/// Rows [count, dim] at a fixed address, zero at first.
public final class CacheRows: @unchecked Sendable {
    public let precision: CachePrecision
    public let dim: Int
    private let rowCount: Int
    private let piece: Piece
    private var bytes: UnsafeMutableRawPointer { piece.base }
    /// Scales of int8 rows. [count]
    private let scales: Buffer
    /// One row in float32. [dim]
    private let wide: Buffer

    /// `dim` is a multiple of what a word of 32 bits holds.
    public init(count: Int, dim: Int, precision: CachePrecision) {
        invariant(dim * precision.bytes % 4 == 0, "a cached row of \(dim)")
        (self.precision, self.dim, rowCount) = (precision, dim, count)
        let size = count * dim * precision.bytes
        piece = Piece(count: size)
        // Here and not at a conversation's first slices: the system clears a page when it is first written.
        piece.base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        scales = Buffer(count: precision == .int8 ? max(1, count) : 1)
        wide = Buffer(count: dim)
    }

    public func pointer(_ row: Int) -> UnsafeRawPointer {
        invariant(row >= 0 && row < rowCount, "a cached row that is not there")
        return UnsafeRawPointer(bytes + row * dim * precision.bytes)
    }

    /// The scale of a row and of those behind it; nil unless they are int8.
    public func scale(_ row: Int) -> UnsafePointer<Float>? {
        precision == .int8 ? UnsafePointer(scales.pointer + row) : nil
    }

    /// Stores x [dim].
    public func store(_ row: Int, _ x: UnsafePointer<Float>) {
        let target = UnsafeMutableRawPointer(mutating: pointer(row))
        switch precision {
        case .f32: target.copyMemory(from: x, byteCount: 4 * dim)
        case .bf16: KernelTable.native.shorten(x, target.assumingMemoryBound(to: UInt16.self), 1, dim)
        case .int8:
            KernelTable.native.quantize(x, target.assumingMemoryBound(to: UInt8.self), scales.pointer + row, 1, dim)
        }
    }

    /// Copies `count` rows, which may overlap.
    public func move(_ source: Int, to target: Int, count: Int) {
        guard count > 0 else { return }
        _ = (pointer(source + count - 1), pointer(target + count - 1))
        UnsafeMutableRawPointer(mutating: pointer(target))
            .copyMemory(from: pointer(source), byteCount: count * dim * precision.bytes)
        if precision == .int8 {
            UnsafeMutableRawPointer(scales.pointer + target)
                .copyMemory(from: scales.pointer + source, byteCount: count * 4)
        }
    }

    /// Lets `change` change each of `rows` in float32. In bfloat16 and int8 every change rounds anew.
    public func update(_ rows: Range<Int>, _ change: (UnsafeMutablePointer<Float>) -> Void) {
        for row in rows {
            switch precision {
            case .f32: wide.pointer.update(from: pointer(row).assumingMemoryBound(to: Float.self), count: dim)
            case .bf16: ck_bfloat_to_float(pointer(row), wide.pointer, dim)
            case .int8:
                let bytes = pointer(row).assumingMemoryBound(to: UInt8.self)
                for i in 0..<dim { wide[i] = Float(Int(bytes[i]) - 128) * scales[row] }
            }
            change(wide.pointer)
            store(row, wide.pointer)
        }
    }
}
