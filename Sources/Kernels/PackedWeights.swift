// Weights packed for the products of one precision.

internal import Basics
internal import CKernels

/// Weights w [n, k] in panels of columns. The matrices of one model are adjacent in memory.
struct PackedWeights: Sendable {
    private let precision: Precision
    /// Whether the weights are packed in the type's compact form.
    private let isCompact: Bool
    private let piece: PageSlice
    private let n, k: Int
    /// Bytes that one product reads.
    let byteCount: Int

    /// `weights` [n, k] row-major.
    init(_ weights: [Float], n: Int, k: Int, precision: Precision) {
        let type = precision.type
        invariant(k <= type.inputs_max, "a product of \(k) inputs overflows in \(precision)")
        (self.precision, self.n, self.k) = (precision, n, k)
        let compact = type.compact.flatMap { Self.pack(weights, n, k, $0.pointee) }
        guard let piece = compact ?? Self.pack(weights, n, k, type) else { fatalError("\(precision) packs no weights") }
        (isCompact, self.piece) = (compact != nil, piece)
        byteCount = (compact == nil ? type : type.compact.pointee).packed_bytes(n, k)
    }

    /// `blocks` [n, k / 32], exactly as they are; nil if the precision does not hold such blocks.
    init?(_ blocks: UnsafeRawBufferPointer, _ format: BlockFormat, n: Int, k: Int, precision: Precision) {
        let type = precision.type
        invariant(k <= type.inputs_max, "a product of \(k) inputs overflows in \(precision)")
        guard let pack = type.pack_blocks else { return nil }
        (self.precision, self.n, self.k, isCompact) = (precision, n, k, false)
        byteCount = type.packed_bytes(n, k)
        piece = PageSlice(count: byteCount)
        guard pack(format.c, blocks.baseAddress, piece.base, n, k) else { return nil }
    }

    /// nil if packing would lose a bit that must be kept.
    private static func pack(_ weights: [Float], _ n: Int, _ k: Int, _ type: ck_type) -> PageSlice? {
        let piece = PageSlice(count: type.packed_bytes(n, k))
        return type.pack(weights, piece.base, n, k) ? piece : nil
    }

    /// The type in whose form the weights are packed.
    private var type: UnsafePointer<ck_type> { isCompact ? precision.row.pointee.compact! : precision.row }

    /// The weights of output `output` as products use them, to `target` [k].
    func read(_ output: Int, to target: UnsafeMutablePointer<Float>) {
        invariant(output >= 0 && output < n, "weights of an output that is not there")
        type.pointee.unpack(piece.base, output, target, n, k)
    }

    /// y[m, n] = x · wᵀ + bias, for rows taken in this precision. OpenBLAS multiplies float32 rows only.
    func multiply(
        _ rows: UnsafeRawPointer, _ scales: UnsafePointer<Float>?, _ bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, m: Int, byOpenBLAS: Bool
    ) {
        let type = type
        if byOpenBLAS {
            invariant(type.pointee.is_float && OpenBLAS.core != nil, "OpenBLAS computes no \(precision)")
            ck_openblas_multiply(type, rows.assumingMemoryBound(to: Float.self), piece.base, bias, y, m, n, k)
        } else {
            type.pointee.multiply(rows, scales, piece.base, bias, y, m, n, k)
        }
    }
}
