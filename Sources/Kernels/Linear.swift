// A linear layer: a matrix of weights and a bias.

internal import Basics

/// y = x · wᵀ + bias. Weights [outputs, inputs], immutable and shared by all sessions.
public struct Linear: Sendable {
    public let inputs: Int
    public let outputs: Int
    public let precision: Precision
    private let weights: PackedWeights
    private let bias: Buffer?

    /// `weights` [outputs, inputs] row-major, `bias` [outputs].
    public init(
        weights: [Float], bias: [Float]? = nil, inputs: Int, outputs: Int, precision: Precision = .f32
    ) {
        invariant(weights.count == inputs * outputs, "a layer of \(outputs)x\(inputs) with \(weights.count) weights")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        self.inputs = inputs
        self.outputs = outputs
        self.precision = precision
        self.bias = bias.map(Buffer.init)
        self.weights = PackedWeights(weights, n: outputs, k: inputs, precision: precision)
    }

    /// Weights [outputs, inputs] from the blocks of a GGUF file, row after row, exactly as they are. nil if the precision does not hold
    /// such blocks (`BlockFormat.precision` does) or a row is not of whole blocks; then read them as float32 and pack those.
    public init?(
        blocks: UnsafeRawBufferPointer, format: BlockFormat, bias: [Float]? = nil, inputs: Int, outputs: Int,
        precision: Precision
    ) {
        guard inputs % BlockFormat.count == 0 else { return nil }
        invariant(
            blocks.count == outputs * format.bytes(inputs: inputs),
            "a layer of \(outputs)x\(inputs) with \(blocks.count) bytes of \(format.rawValue)")
        invariant(bias == nil || bias!.count == outputs, "a bias of the wrong length")
        guard let weights = PackedWeights(blocks, format, n: outputs, k: inputs, precision: precision) else {
            return nil
        }
        self.inputs = inputs
        self.outputs = outputs
        self.precision = precision
        self.bias = bias.map(Buffer.init)
        self.weights = weights
    }

    /// The weights of one output as products use them, to `target` [inputs]: a row of a head that is also the embedding.
    public func read(output: Int, to target: UnsafeMutablePointer<Float>) { weights.read(output, to: target) }

    /// Bytes of weights that one product reads.
    public var byteCount: Int { weights.byteCount }

    /// x [rows, inputs] to y [rows, outputs]; for layers in f32 only.
    public func apply(_ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>) {
        invariant(precision == .f32, "rows of float32 for weights of \(precision)")
        let isServed = OpenBLAS.takes(rows: rows)
        weights.multiply(x, nil, bias?.pointer, y, m: rows, byOpenBLAS: isServed)
    }

    /// The rows that `x` holds, already taken in this layer's precision, to y [rows, outputs].
    public func apply(_ x: Operand, to y: UnsafeMutablePointer<Float>) {
        apply(x, to: y, byOpenBLAS: precision == .f32 && OpenBLAS.takes(rows: x.rows))
    }

    /// The same, by OpenBLAS or by the kernels of the layer's precision.
    func apply(_ x: Operand, to y: UnsafeMutablePointer<Float>, byOpenBLAS: Bool) {
        invariant(x.precision == precision && x.inputs == inputs, "an operand that was taken for another layer")
        weights.multiply(x.numbers, x.rowScales, bias?.pointer, y, m: x.rows, byOpenBLAS: byOpenBLAS)
    }

    /// x [rows, inputs] to y [rows, outputs], in any precision; `operand` converts the rows on the way.
    public func apply(
        _ x: UnsafePointer<Float>, rows: Int, through operand: Operand, to y: UnsafeMutablePointer<Float>
    ) {
        operand.take(x, rows: rows, inputs: inputs, as: precision)
        apply(operand, to: y)
    }
}
