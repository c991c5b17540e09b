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
    private let layout: Layout
    private let bias: Buffer?

    /// `weights` [outputs, inputs] row-major, `bias` [outputs]. They are laid out for `kernel`, by default the table's.
    public init(
        weights: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int, kernel: MatMulKernel = KernelTable.matMul
    ) {
        invariant(weights.count == inputs * outputs, "a layer of \(outputs)x\(inputs) with \(weights.count) weights")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        self.inputs = inputs
        self.outputs = outputs
        self.bias = bias.map(Buffer.init)
        layout =
            kernel == .native
            ? .panels(Panels(weights, n: outputs, k: inputs)) : .rows(Buffer(weights), kernel)
    }

    /// x [rows, inputs] to y [rows, outputs].
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

    /// The same by another kernel, for comparison: lays the weights out anew at every call.
    public func apply(
        _ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>, kernel: MatMulKernel
    ) {
        Linear(weights: weights, bias: bias?.values, inputs: inputs, outputs: outputs, kernel: kernel)
            .apply(x, rows: rows, to: y)
    }

    /// The weights [outputs, inputs], row-major.
    private var weights: [Float] {
        switch layout {
        case .panels(let panels): panels.rows(n: outputs, k: inputs)
        case .rows(let weights, _): weights.values
        }
    }
}
