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

    /// nil if packing would lose a bit that must be kept.
    private static func pack(_ weights: [Float], _ n: Int, _ k: Int, _ type: ck_type) -> PageSlice? {
        let piece = PageSlice(count: type.packed_bytes(n, k))
        return type.pack(weights, piece.base, n, k) ? piece : nil
    }

    /// y[m, n] = x · wᵀ + bias, for rows taken in this precision. OpenBLAS multiplies float32 rows only.
    func multiply(
        _ rows: UnsafeRawPointer, _ scales: UnsafePointer<Float>?, _ bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, m: Int, byOpenBLAS: Bool
    ) {
        let type = isCompact ? precision.row.pointee.compact! : precision.row
        if byOpenBLAS {
            invariant(type.pointee.is_float && OpenBLAS.core != nil, "OpenBLAS computes no \(precision)")
            ck_openblas_multiply(type, rows.assumingMemoryBound(to: Float.self), piece.base, bias, y, m, n, k)
        } else {
            type.pointee.multiply(rows, scales, piece.base, bias, y, m, n, k)
        }
    }
}
