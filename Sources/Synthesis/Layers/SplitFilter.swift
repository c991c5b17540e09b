// Convolutions of float32 rows by tiles of bfloat16.

internal import Kernels

/// Each number is a bfloat16 and the bfloat16 of what is left: hi + lo, an error of 2^-17. Three products, hi · hi, lo · hi and hi · lo,
/// give nearly float32's sums in less time, where the processor has tiles.
struct SplitFilter: Sendable {
    private let high, low: Filter

    /// nil where float32 is faster.
    init?(weights: [Float], bias: [Float]?, inputs: Int, outputs: Int, taps: Int, dilation: Int) {
        guard KernelTable.hasTiles else { return nil }
        func filter(_ weights: [Float], _ bias: [Float]?) -> Filter? {
            Filter(
                weights: weights, bias: bias, inputs: inputs, outputs: outputs, taps: taps, dilation: dilation,
                precision: .bf16)
        }
        guard let high = filter(weights, nil), let low = filter(weights.map(Self.rest), bias) else { return nil }
        (self.high, self.low) = (high, low)
    }

    /// What bfloat16 leaves of x.
    @inline(__always)
    private static func rest(_ x: Float) -> Float {
        let bits = x.bitPattern
        return x - Float(bitPattern: (bits &+ 0x7fff &+ (bits >> 16 & 1)) & 0xffff_0000)
    }

    /// x [rows, inputs] of a window to y [count, outputs].
    func apply(
        _ x: UnsafePointer<Float>, rows: Int, count: Int, _ space: ProductSpace, to y: UnsafeMutablePointer<Float>
    ) {
        let size = rows * high.rowBytes, inputs = high.inputs, rests = space.gathered.room(rows * inputs)
        for i in 0..<rows * inputs { rests[i] = Self.rest(x[i]) }
        let xs = space.converted.room(2 * size), part = space.spread.room(count * high.outputs)
        high.activate(x, rows: rows, to: xs)
        high.activate(rests, rows: rows, to: xs + size)
        low.apply(xs, count: count, to: y)
        high.apply(xs + size, count: count, residual: y, to: part)
        high.apply(xs, count: count, residual: part, to: y)
    }
}
