// A matrix of weights and how rows go through it.

internal import Basics

/// y = x · wᵀ + bias. Weights [outputs, inputs], shared by all sessions and never changed.
public struct Linear: Sendable {
    public let inputs: Int
    public let outputs: Int
    private let weights: Buffer
    private let bias: Buffer?

    /// `weights` [outputs, inputs] row-major, `bias` [outputs].
    public init(weights: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int) {
        invariant(
            weights.count == inputs * outputs, "a linear layer of \(outputs)x\(inputs) with \(weights.count) weights")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        self.inputs = inputs
        self.outputs = outputs
        self.weights = Buffer(weights)
        self.bias = bias.map(Buffer.init)
    }

    /// x [rows, inputs] to y [rows, outputs]. `kernel` overrides the table's choice.
    public func apply(
        _ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>, kernel: MatMulKernel? = nil
    ) {
        KernelTable.run(
            kernel ?? KernelTable.matMul(rows: rows), x, weights.pointer, bias?.pointer, y, m: rows, n: outputs,
            k: inputs)
    }

    /// One row of the weights: an embedding.
    public func row(_ index: Int) -> UnsafePointer<Float> {
        invariant(index >= 0 && index < outputs, "an embedding that is not there")
        return UnsafePointer(weights.pointer + index * inputs)
    }
}
