// Layer norm (Ba et al. 2016) and RMS norm (Zhang and Sennrich 2019), row by row.

internal import CKernels

public struct Normalization: Sendable {
    public let width: Int
    private let weight: Buffer
    private let bias: Buffer?
    private let epsilon: Float

    /// A layer norm with `bias`, an RMS norm without.
    public init(weight: [Float], bias: [Float]? = nil, epsilon: Float = 1e-5) {
        width = weight.count
        self.weight = Buffer(weight)
        self.bias = bias.map(Buffer.init)
        self.epsilon = epsilon
    }

    /// x [rows, width] to y [rows, width]; y may be x.
    public func apply(_ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>) {
        if let bias {
            KernelTable.native.layer_norm(x, weight.pointer, bias.pointer, epsilon, y, rows, width)
        } else {
            KernelTable.native.rms_norm(x, weight.pointer, epsilon, y, rows, width)
        }
    }
}
