// A layer of gated recurrent units (Cho et al. 2014, in the form of PyTorch's GRU).

internal import Kernels
internal import Transformer

/// r = σ(Wr x + Ur h), z = σ(Wz x + Uz h), n = tanh(Wn x + r (Un h)), h' = (1 - z) n + z h; all with biases.
struct GatedLayer: Sendable {
    let inputs, width: Int
    /// To the three gates r, z, n: [3 · width, inputs] and [3 · width, width].
    private let fromInput, fromState: Linear

    init(_ file: TensorFile, layer: Int, inputs: Int, width: Int) throws(ModelError) {
        func linear(_ kind: String, _ inputs: Int) throws(ModelError) -> Linear {
            Linear(
                weights: try file.floats("memory.weight_\(kind)_l\(layer)", shape: [3 * width, inputs]),
                bias: try file.floats("memory.bias_\(kind)_l\(layer)", shape: [3 * width]), inputs: inputs,
                outputs: 3 * width)
        }
        (self.inputs, self.width) = (inputs, width)
        fromInput = try linear("ih", inputs)
        fromState = try linear("hh", width)
    }

    /// x [rows, inputs] and the state h [rows, width] to the new state, in place. `gates` [2, rows, 3 · width] is scratch.
    func step(
        _ x: UnsafePointer<Float>, _ h: UnsafeMutablePointer<Float>, rows: Int, gates: UnsafeMutablePointer<Float>
    ) {
        let old = gates + rows * 3 * width
        fromInput.apply(x, rows: rows, to: gates)
        fromState.apply(h, rows: rows, to: old)
        for row in 0..<rows {
            advance(h + row * width, gates + row * 3 * width, old + row * 3 * width)
        }
    }

    /// One row: `new` [3, width] are the gates' sums over the input, `old` over the state.
    private func advance(
        _ h: UnsafeMutablePointer<Float>, _ new: UnsafeMutablePointer<Float>, _ old: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<2 * width { new[i] = min(80, -(new[i] + old[i])) }
        Activation.exponential(new, count: 2 * width)
        for i in 0..<2 * width { new[i] = 1 / (1 + new[i]) }
        let candidate = new + 2 * width
        for i in 0..<width { candidate[i] += new[i] * old[2 * width + i] }
        Activation.tanh(candidate, count: width)
        for i in 0..<width { h[i] = candidate[i] + new[width + i] * (h[i] - candidate[i]) }
    }
}
