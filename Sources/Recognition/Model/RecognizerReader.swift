// Reads Whisper's layers by the names that CTranslate2 gives them.

internal import Kernels
internal import Transformer

struct RecognizerReader {
    let file: CTranslate2File
    let shape: RecognizerShape
    /// Of products.
    let precision: Precision

    func norm(_ name: String) throws(ModelError) -> Normalization {
        Normalization(
            weight: try file.floats(name + "/gamma", shape.width), bias: try file.floats(name + "/beta", shape.width))
    }

    /// A side of nil is as in the file: the hidden layer.
    func linear(_ name: String, _ inputs: Int?, _ outputs: Int?) throws(ModelError) -> Linear {
        let sides = try file.shape(of: name + "/weight")
        guard sides.count == 2, sides.allSatisfy({ $0 > 0 && $0 < 1 << 24 }) else {
            throw ModelError("\(file.path): \(name)/weight has the shape \(sides)")
        }
        let (outputs, inputs) = (outputs ?? sides[0], inputs ?? sides[1])
        return Linear(
            weights: try file.floats(name + "/weight", outputs, inputs),
            bias: file.contains(name + "/bias") ? try file.floats(name + "/bias", outputs) : nil,
            inputs: inputs, outputs: outputs, precision: precision)
    }

    /// A convolution of three frames as a product of rows [3, inputs]. In the file the weights are [width, inputs, 3].
    func convolution(_ name: String, inputs: Int, precision: Precision) throws(ModelError) -> Linear {
        let weights = try file.floats(name + "/weight", shape.width, inputs, 3)
        var turned = [Float](repeating: 0, count: weights.count)
        for output in 0..<shape.width {
            for input in 0..<inputs {
                for tap in 0..<3 {
                    turned[(output * 3 + tap) * inputs + input] = weights[(output * inputs + input) * 3 + tap]
                }
            }
        }
        return Linear(
            weights: turned, bias: try file.floats(name + "/bias", shape.width), inputs: 3 * inputs,
            outputs: shape.width, precision: precision)
    }
}
