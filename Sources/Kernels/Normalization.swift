// Layer norm (Ba et al. 2016) and RMS norm (Zhang and Sennrich 2019), row by row.

internal import Basics

public struct Normalization: Sendable {
    public let width: Int
    private let weight: Buffer
    private let bias: Buffer?
    private let epsilon: Float

    /// With `bias` a layer norm, without one an RMS norm.
    public init(weight: [Float], bias: [Float]? = nil, epsilon: Float = 1e-5) {
        width = weight.count
        self.weight = Buffer(weight)
        self.bias = bias.map(Buffer.init)
        self.epsilon = epsilon
    }

    /// x [rows, width] to y [rows, width]; y may be x.
    public func apply(_ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>) {
        for row in 0..<rows {
            let x = x + row * width, y = y + row * width
            if let bias { layer(x, bias.pointer, y) } else { rms(x, y) }
        }
    }

    private func layer(_ x: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        var sum: Float = 0
        for i in 0..<width { sum += x[i] }
        let mean = sum / Float(width)
        var squares: Float = 0
        for i in 0..<width { squares += (x[i] - mean) * (x[i] - mean) }
        let scale = 1 / (squares / Float(width) + epsilon).squareRoot()
        for i in 0..<width { y[i] = (x[i] - mean) * scale * weight.pointer[i] + bias[i] }
    }

    private func rms(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>) {
        var squares: Float = 0
        for i in 0..<width { squares += x[i] * x[i] }
        let scale = 1 / (squares / Float(width) + epsilon).squareRoot()
        for i in 0..<width { y[i] = x[i] * scale * weight.pointer[i] }
    }
}
