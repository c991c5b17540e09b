// A matrix of weights and how rows go through it.

internal import Basics
internal import CKernels

/// y = x · wᵀ + bias. Weights [outputs, inputs], shared by all sessions and never changed.
public struct Linear: Sendable {
    private enum Layout: Sendable {
        case rows(Buffer, MatMulKernel)
        case panels(Panels)
    }

    public let inputs: Int
    public let outputs: Int
    public let precision: Precision
    private let layout: Layout
    private let bias: Buffer?

    /// `weights` [outputs, inputs] row-major, `bias` [outputs]. They are laid out for `kernel`, by default the table's; the other
    /// kernels know f32 alone.
    public init(
        weights: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int, precision: Precision = .f32,
        kernel: MatMulKernel = KernelTable.matMul
    ) {
        invariant(weights.count == inputs * outputs, "a layer of \(outputs)x\(inputs) with \(weights.count) weights")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        invariant(precision == .f32 || kernel == .native, "\(kernel) computes no \(precision)")
        self.inputs = inputs
        self.outputs = outputs
        self.precision = precision
        self.bias = bias.map(Buffer.init)
        layout =
            kernel == .native
            ? .panels(Panels(weights, n: outputs, k: inputs, precision: precision)) : .rows(Buffer(weights), kernel)
    }

    /// Bytes that a product reads of the weights.
    public var byteCount: Int {
        switch layout {
        case .panels(let panels): panels.byteCount
        case .rows(let weights, _): 4 * weights.count
        }
    }

    /// x [rows, inputs] to y [rows, outputs], for a layer of f32.
    public func apply(_ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>) {
        switch layout {
        case .panels(let panels):
            panels.apply(x, bias?.pointer, y, m: rows, n: outputs, k: inputs)
        case .rows(let weights, .openblas):
            KernelTable.openblas(x, weights.pointer, bias?.pointer, y, m: rows, n: outputs, k: inputs)
        case .rows(let weights, _):
            ck_matmul_plain(x, weights.pointer, bias?.pointer, y, rows, outputs, inputs)
        }
    }

    /// The rows that `x` holds, taken for this layer's precision, to y [rows, outputs].
    public func apply(_ x: Operand, to y: UnsafeMutablePointer<Float>) {
        invariant(x.precision == precision && x.inputs == inputs, "an operand that was taken for another layer")
        if case .panels(let panels) = layout {
            panels.apply(x, bias?.pointer, y, n: outputs, k: inputs)
        } else {
            apply(x.floats, rows: x.rows, to: y)
        }
    }

    /// x [rows, inputs] to y [rows, outputs], in any precision: `operand` takes the rows on the way.
    public func apply(
        _ x: UnsafePointer<Float>, rows: Int, through operand: Operand, to y: UnsafeMutablePointer<Float>
    ) {
        operand.take(x, rows: rows, inputs: inputs, as: precision)
        apply(operand, to: y)
    }

    /// The same as `apply(_:rows:to:)` by another kernel, for comparison: lays the weights out anew at every call.
    public func apply(
        _ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>, kernel: MatMulKernel
    ) {
        Linear(weights: weights, bias: bias?.values, inputs: inputs, outputs: outputs, kernel: kernel)
            .apply(x, rows: rows, to: y)
    }

    /// The weights [outputs, inputs] of a layer of f32, row-major.
    private var weights: [Float] {
        switch layout {
        case .panels(let panels): panels.rows(n: outputs, k: inputs)
        case .rows(let weights, _): weights.values
        }
    }
}
