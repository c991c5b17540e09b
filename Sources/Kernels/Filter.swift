// A convolution over rows, computed where the rows lie.

internal import Basics
internal import CKernels

/// y[t] = bias + residual[t] + Σ w[k] · row[t + k · dilation]. Weights [outputs, taps, inputs], immutable and shared by all sessions. Rows
/// are converted once, by `activate`, and serve all taps.
public struct Filter: Sendable {
    public let inputs, outputs, taps, dilation: Int
    public let precision: Precision
    private let weights: PageSlice
    private let bias: Buffer?

    /// `weights` [outputs, taps, inputs] row-major, `bias` [outputs]. nil if `precision` has no convolutions; products serve then.
    public init?(
        weights: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int, taps: Int, dilation: Int = 1,
        precision: Precision
    ) {
        invariant(weights.count == outputs * taps * inputs, "\(weights.count) weights for \(outputs)x\(taps)x\(inputs)")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        let type = precision.type
        guard let bytes = type.filter_bytes, let pack = type.pack_filter, type.convolve != nil else { return nil }
        (self.inputs, self.outputs, self.taps, self.dilation) = (inputs, outputs, taps, dilation)
        self.precision = precision
        self.bias = bias.map(Buffer.init)
        self.weights = PageSlice(count: bytes(outputs, taps, inputs))
        pack(weights, self.weights.base, outputs, taps, inputs)
    }

    /// Bytes of a converted row.
    public var rowBytes: Int { precision.type.filter_row_bytes(inputs) }

    /// x [rows, inputs], where it is positive, and slope · x elsewhere, to converted rows. Slope 1 changes nothing but the type.
    public func activate(
        _ x: UnsafePointer<Float>, slope: Float = 1, rows: Int, to target: UnsafeMutableRawPointer
    ) {
        precision.type.activate(x, slope, target, rows, inputs)
    }

    /// y [count, outputs] from `window` of count + (taps - 1) · dilation converted rows. `residual` [count, outputs]; y is none of the others.
    public func apply(
        _ window: UnsafeRawPointer, count: Int, residual: UnsafePointer<Float>? = nil, to y: UnsafeMutablePointer<Float>
    ) {
        var call = ck_convolution(
            rows: window, packed: weights.base, bias: bias?.pointer, residual: residual, y: y, count: count,
            outputs: outputs, taps: taps, inputs: inputs, dilation: dilation)
        precision.type.convolve(&call)
    }
}
