// The bundled family's entry: how to load a model, and what commands ask about it.

public import Dialogue
public import Kernels
internal import Transformer

extension ModelFamily {
    static let duet = ModelFamily(name: "duet") { try DuetWeights(directory: $0, precision: $1, cache: $2) }
}

extension DuetWeights: LoadedModel {
    public var name: String { config.name }
    public var plan: SlicePlan { config.plan }

    public var summary: [String] {
        let d = config.decode, l = config.listen, s = config.speak
        return [
            "listen  \(l.dilations.count) causal blocks, width \(l.width), 2 rows a slice",
            "decode  \(d.layers) layers, width \(d.width), \(d.heads)/\(d.kv_heads) heads of \(d.head_dim), \(d.vocabulary) text pieces, \(d.codes) codes",
            "speak   \(s.slow.count) + \(s.fast.count) causal blocks, width \(s.width)",
        ]
    }

    public var products: [ProductShape] {
        let causal = (listenBlocks + slow + fast).flatMap { [$0.up, $0.down] }
        let layers = blocks.flatMap { [$0.query, $0.key, $0.value, $0.output, $0.gate, $0.up, $0.down] }
        let heads = [think, firstCodeHead] + [say, secondCodeHead].flatMap { [$0.up, $0.down, $0.head] }
        return ([listenInput, listenProjection, speakInput, spread, speakOutput] + causal + layers + heads).map {
            ProductShape(outputs: $0.outputs, inputs: $0.inputs, precision: $0.precision)
        }
    }

    /// The keys and values of every layer, plus a fifth of that and 256 KiB for everything else.
    public var bytesPerSession: Int {
        let d = config.decode, memory = config.plan.memory
        let positions = memory.sinks + memory.window + (memory.words ?? 0)
        let cache = positions * d.layers * d.kv_heads * 2 * cachePrecision.rowBytes(dim: d.head_dim)
        return cache + cache / 5 + 256 << 10
    }

    public func instance(slots: Int) -> any Model { DuetModel(weights: self, slots: slots) }
}
