// The flow between the text's latents and the decoder's: weights.

internal import Kernels
internal import Transformer

/// Coupling layers with WaveNet parts (VITS, Kim et al. 2021, section 2.5.1; Glow).
struct FlowWeights: Sendable {
    struct Coupling: Sendable {
        var pre, post: Convolution
        var layers, skips: [Convolution]
        /// From a speaker's vector to what all layers add.
        var condition: Convolution?
    }

    /// In the order of synthesis.
    let couplings: [Coupling]
    /// Numbers of a latent, and of the WaveNet parts.
    let channels, hidden: Int

    init(_ file: GraphFile, precision: Precision) throws(ModelError) {
        func load(_ module: String) throws(ModelError) -> Convolution {
            Convolution(try ConvolutionWeights(file, module), precision: precision)
        }
        var couplings: [Coupling] = []
        while file.nodes["flow/flows.\(2 * couplings.count)/pre"] != nil {
            let name = "flow/flows.\(2 * couplings.count)"
            var layers: [Convolution] = [], skips: [Convolution] = []
            while file.nodes["\(name)/enc/in_layers.\(layers.count)"] != nil {
                skips.append(try load("\(name)/enc/res_skip_layers.\(layers.count)"))
                layers.append(try load("\(name)/enc/in_layers.\(layers.count)"))
            }
            let condition = "\(name)/enc/cond_layer"
            couplings.append(
                Coupling(
                    pre: try load("\(name)/pre"), post: try load("\(name)/post"), layers: layers, skips: skips,
                    condition: file.nodes[condition] == nil ? nil : try load(condition)))
        }
        guard let first = couplings.first else { throw ModelError("\(file.path) has no flow: it is not a Piper voice") }
        (channels, hidden) = (2 * first.pre.inputs, first.pre.outputs)
        self.couplings = couplings.reversed()
        for coupling in couplings { try check(coupling, file.path) }
    }

    private func check(_ coupling: Coupling, _ path: String) throws(ModelError) {
        let half = channels / 2, last = coupling.layers.count - 1
        let isSound =
            coupling.pre.inputs == half && coupling.pre.outputs == hidden && coupling.pre.taps == 1
            && coupling.post.inputs == hidden && coupling.post.outputs == half && coupling.post.taps == 1 && last >= 0
            && coupling.layers.allSatisfy { $0.inputs == hidden && $0.outputs == 2 * hidden && $0.history % 2 == 0 }
            && coupling.skips.indices.allSatisfy {
                let skip = coupling.skips[$0]
                return skip.inputs == hidden && skip.taps == 1 && skip.outputs == ($0 == last ? hidden : 2 * hidden)
            }
        guard isSound else { throw ModelError("\(path) has a flow of a shape that Piper's voices do not have") }
    }

    var convolutions: [Convolution] { couplings.flatMap { [$0.pre, $0.post] + $0.layers + $0.skips } }
    /// Frames by which the latents come late.
    var delay: Int { couplings.reduce(0) { $0 + $1.layers.reduce(0) { $0 + $1.delay } } }
}
