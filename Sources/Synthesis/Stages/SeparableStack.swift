// The convolutions of the duration predictor.

internal import Kernels
internal import Transformer

/// Dilated depthwise convolutions, each with a product of the channels, norms and GELUs, and a residual ("DDSConv" of VITS).
struct SeparableStack: Sendable {
    private struct Layer {
        /// [taps, width] and [width]
        var taps, bias: [Float]
        var count, dilation: Int
        var mix: Convolution
        var first, second: Normalization
    }

    private let layers: [Layer]
    private let width: Int

    init(_ file: GraphFile, _ module: String, width: Int) throws(ModelError) {
        let name = module.split(separator: "/").joined(separator: ".")
        func norm(_ part: String) throws(ModelError) -> Normalization {
            Normalization(
                weight: try file.floats("\(name).\(part).gamma", shape: [width]),
                bias: try file.floats("\(name).\(part).beta", shape: [width]))
        }
        var layers: [Layer] = []
        while file.nodes["\(module)/convs_sep.\(layers.count)"] != nil {
            let i = layers.count, depthwise = try ConvolutionWeights(file, "\(module)/convs_sep.\(i)")
            let mix = try ConvolutionWeights(file, "\(module)/convs_1x1.\(i)")
            guard depthwise.groups == width, depthwise.outputs == width, mix.inputs == width, mix.outputs == width,
                mix.taps == 1, let bias = depthwise.bias
            else { throw ModelError("\(file.path): \(module) is not a separable stack of width \(width)") }
            layers.append(
                Layer(
                    taps: (0..<depthwise.taps * width).map {
                        depthwise.values[$0 % width * depthwise.taps + $0 / width]
                    },
                    bias: bias, count: depthwise.taps, dilation: depthwise.dilation,
                    mix: Convolution(mix, precision: .f32, isWhole: true), first: try norm("norms_1.\(i)"),
                    second: try norm("norms_2.\(i)")))
        }
        guard !layers.isEmpty else { throw ModelError("\(file.path) has no \(module): it is not a Piper voice") }
        (self.layers, self.width) = (layers, width)
    }

    /// x [rows, width], in place.
    func apply(_ x: inout [Float], rows: Int, _ space: ProductSpace) {
        var y = [Float](repeating: 0, count: rows * width), z = y
        for layer in layers {
            depthwise(layer, x, &y, rows)
            layer.first.apply(y, rows: rows, to: &y)
            Activation.gelu(&y, count: y.count)
            layer.mix.apply(y, counts: [rows], space, to: &z)
            layer.second.apply(z, rows: rows, to: &z)
            Activation.gelu(&z, count: z.count)
            add(z, to: &x, count: x.count)
        }
    }

    private func depthwise(_ layer: Layer, _ x: [Float], _ y: inout [Float], _ rows: Int) {
        for row in 0..<rows {
            y.withUnsafeMutableBufferPointer { y in
                let target = y.baseAddress! + row * width
                for c in 0..<width { target[c] = layer.bias[c] }
                for k in 0..<layer.count {
                    let source = row + (k - layer.count / 2) * layer.dilation
                    guard source >= 0, source < rows else { continue }
                    x.withUnsafeBufferPointer { x in
                        layer.taps.withUnsafeBufferPointer { taps in
                            let values = x.baseAddress! + source * width, factors = taps.baseAddress! + k * width
                            for c in 0..<width { target[c] += values[c] * factors[c] }
                        }
                    }
                }
            }
        }
    }
}
