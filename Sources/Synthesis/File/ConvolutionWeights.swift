// A convolution of an ONNX file: weights, bias and shape.

internal import Transformer

/// One-dimensional convolution weights, checked against the attributes of their node.
struct ConvolutionWeights {
    /// [outputs, inputs / groups, taps]; of a transposed one [inputs, outputs, taps].
    let values: [Float]
    let bias: [Float]?
    let outputs, inputs, taps: Int
    var dilation = 1, stride = 1, groups = 1
    let isTransposed: Bool

    private static let tapsMax = 1024

    init(_ file: GraphFile, _ module: String) throws(ModelError) {
        func fail(_ what: String) -> ModelError { ModelError("\(file.path): \(module) \(what)") }
        guard let node = file.nodes[module], node.kind != "Gather", node.inputs.count >= 2 else {
            throw ModelError("\(file.path) has no convolution \(module): it is not a Piper voice that is known here")
        }
        let shape = try file.shape(node.inputs[1])
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }), shape[2] <= Self.tapsMax else {
            throw fail("has weights of shape \(shape)")
        }
        func one(_ name: String) throws(ModelError) -> Int {
            let values = node.attributes[name] ?? [1]
            guard values.count == 1, values[0] >= 1, values[0] <= 4096 else { throw fail("has \(name) \(values)") }
            return values[0]
        }
        (dilation, stride, groups) = (try one("dilations"), try one("strides"), try one("group"))
        isTransposed = node.kind == "ConvTranspose"
        taps = shape[2]
        outputs = isTransposed ? shape[1] : shape[0]
        inputs = isTransposed ? shape[0] : shape[1] * groups
        values = try file.floats(node.inputs[1])
        bias = node.inputs.count > 2 ? try file.floats(node.inputs[2], shape: [outputs]) : nil
        let span = dilation * (taps - 1), pads = node.attributes["pads"] ?? [0, 0]
        let padding = isTransposed ? (taps - stride) / 2 : span / 2
        // Some layers pad in a node before.
        let isPadded = pads == [padding, padding] || (!isTransposed && pads == [0, 0])
        guard isTransposed ? groups == 1 && dilation == 1 && taps >= stride && (taps - stride) % 2 == 0 : span % 2 == 0,
            isTransposed || stride == 1, groups == 1 || (groups == outputs && shape[1] == 1), isPadded
        else { throw fail("is a convolution of a kind that Piper's voices do not have") }
    }
}
