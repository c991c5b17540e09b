// Reads the ear's layers by the names that Scripts/training/ear.py gives them.

internal import Kernels
internal import Transformer

struct EarReader {
    let file: TensorFile
    /// Of products.
    let precision: Precision

    func norm(_ name: String, width: Int) throws(ModelError) -> Normalization {
        Normalization(
            weight: try file.floats(name + ".weight", shape: [width]),
            bias: try file.floats(name + ".bias", shape: [width]))
    }

    func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> Linear {
        Linear(
            weights: try file.floats(name + ".weight", shape: [outputs, inputs]),
            bias: try file.floats(name + ".bias", shape: [outputs]), inputs: inputs, outputs: outputs,
            precision: precision)
    }

    func block(_ name: String, width: Int) throws(ModelError) -> EncoderWeights.Block {
        let hidden = file.shape(of: name + "up.weight")?.first ?? 0
        return EncoderWeights.Block(
            attentionNorm: try norm(name + "norm", width: width),
            attention: try linear(name + "attention.qkv", width, 3 * width),
            output: try linear(name + "attention.out", width, width),
            feedNorm: try norm(name + "hidden_norm", width: width),
            up: try linear(name + "up", width, hidden), down: try linear(name + "down", hidden, width))
    }

    func head(width: Int) throws(ModelError) -> EarWeights.Head {
        let hidden = file.shape(of: "head.norm.weight")?.first ?? 0
        return EarWeights.Head(
            taps: try convolution("head.taps", taps: EarHead.taps, inputs: width, outputs: hidden),
            norm: try norm("head.norm", width: hidden),
            output: try linear("head.output", hidden, EarHead.characters.count))
    }

    /// A convolution as a product of rows [taps, inputs]. In the file the weights are [outputs, inputs, taps].
    func convolution(
        _ name: String, taps: Int, inputs: Int, outputs: Int, precision: Precision? = nil
    ) throws(ModelError) -> Linear {
        let weights = try file.floats(name + ".weight", shape: [outputs, inputs, taps])
        var turned = [Float](repeating: 0, count: weights.count)
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<taps {
                    turned[(output * taps + tap) * inputs + input] = weights[(output * inputs + input) * taps + tap]
                }
            }
        }
        return Linear(
            weights: turned, bias: try file.floats(name + ".bias", shape: [outputs]), inputs: taps * inputs,
            outputs: outputs, precision: precision ?? self.precision)
    }
}
