// The weights of the bundled family: read once, immutable, shared by all workers.

internal import Dialogue
public import Kernels
public import Transformer

/// A loaded model of family "duet".
public final class DuetWeights: Sendable {
    /// Predicts a second choice at the same position, given the first (class Second in Scripts/training/duplex.py).
    struct ConditionalHead: Sendable {
        let embedding: Embedding
        let up, down, head: Linear
        let norm, outputNorm: Normalization
    }

    public let config: DuetConfig
    /// Precision of every product except the spectra and the one that takes a code's four levels.
    public let precision: Precision
    /// Precision of the decoder's cached keys and values.
    public let cachePrecision: Precision
    public let tokenizer: Tokenizer
    let requests: DuetRequests
    let mel: MelSpectrum
    let inverse: InverseSpectrum
    let listenInput: Linear
    let listenBlocks: [CausalBlock]
    let listenNorm: Normalization
    /// Projects LISTEN's rows to the decoder's width.
    let listenProjection: Linear
    let positionKind, thinkEmbedding, sayEmbedding: Embedding
    let codeEmbeddings: [Embedding]
    let blocks: [Block]
    let norm: Normalization
    let think, firstCodeHead: Linear
    let say, secondCodeHead: ConditionalHead
    let speakInput, spread, speakOutput: Linear
    let slow, fast: [CausalBlock]
    let speakNorm: Normalization

    /// Throws one sentence for the operator if a file is missing or does not fit the config.
    public init(directory: String, precision: Precision = .f32, cache: Precision = .f32) throws {
        (self.precision, cachePrecision) = (precision, cache)
        config = try DuetConfig.read(directory + "/config.json")
        tokenizer = try Tokenizer(path: directory + "/tokenizer.json")
        requests = try DuetRequests(path: directory + "/requests.json")
        (mel, inverse) = (MelSpectrum(rate: config.plan.sampleRate), InverseSpectrum(rate: config.plan.sampleRate))
        let d = config.decode, l = config.listen, s = config.speak, w = d.width
        guard tokenizer.pieces.count == d.vocabulary else {
            throw ModelError(
                "\(directory): tokenizer.json has \(tokenizer.pieces.count) pieces, config.json says \(d.vocabulary)")
        }
        let read = Reader(
            file: try TensorFile(path: directory + "/model.safetensors"), epsilon: Float(d.norm_epsilon),
            precision: precision)
        listenInput = try read.linear("listen.input", l.stack * MelSpectrum.bands, l.width, bias: true)
        listenBlocks = try read.blocks("listen.blocks", l.dilations, l.width, l.hidden)
        listenNorm = try read.layerNorm("listen.norm", l.width)
        listenProjection = try read.linear("decode.listen", 2 * l.width, w, bias: true)
        positionKind = try read.embedding("decode.kind", w, 2)
        thinkEmbedding = try read.embedding("decode.think_embedding", w, d.vocabulary)
        sayEmbedding = try read.embedding("decode.say_embedding", w, d.vocabulary)
        codeEmbeddings = try (0..<2).map { try read.embedding("decode.code_embeddings.\($0)", w, d.codes + 1) }
        blocks = try (0..<d.layers).map { try read.block("decode.layers.\($0)", d) }
        norm = try read.rmsNorm("decode.norm", w)
        think = try read.linear("decode.think", w, d.vocabulary)
        firstCodeHead = try read.linear("decode.first", w, d.codes + 1)
        say = try read.second("decode.say", w, d.second_hidden, d.vocabulary)
        secondCodeHead = try read.second("decode.second", w, d.second_hidden, d.codes + 1)
        speakInput = try read.linear("speak.input", 4, s.width, bias: true, precision: .f32)
        slow = try read.blocks("speak.slow", s.slow, s.width, s.hidden)
        spread = try read.linear("speak.spread", s.width, 4 * s.width, bias: true)
        fast = try read.blocks("speak.fast", s.fast, s.width, s.hidden)
        speakNorm = try read.layerNorm("speak.norm", s.width)
        speakOutput = try read.linear("speak.output", s.width, 2 * inverse.bins, bias: true)
    }

    private struct Reader {
        let file: TensorFile
        let epsilon: Float
        let precision: Precision

        func linear(
            _ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = false, precision: Precision? = nil
        ) throws -> Linear {
            Linear(
                weights: try file.floats(name + ".weight", shape: [outputs, inputs]),
                bias: bias ? try file.floats(name + ".bias", shape: [outputs]) : nil, inputs: inputs, outputs: outputs,
                precision: precision ?? self.precision)
        }

        func embedding(_ name: String, _ width: Int, _ count: Int) throws -> Embedding {
            Embedding(rows: try file.floats(name + ".weight", shape: [count, width]), count: count, width: width)
        }

        func rmsNorm(_ name: String, _ width: Int) throws -> Normalization {
            Normalization(weight: try file.floats(name + ".weight", shape: [width]), epsilon: epsilon)
        }

        func layerNorm(_ name: String, _ width: Int) throws -> Normalization {
            Normalization(
                weight: try file.floats(name + ".weight", shape: [width]),
                bias: try file.floats(name + ".bias", shape: [width]))
        }

        func blocks(_ name: String, _ dilations: [Int], _ width: Int, _ hidden: Int) throws -> [CausalBlock] {
            try dilations.enumerated().map { i, dilation in
                CausalBlock(
                    norm: try layerNorm("\(name).\(i).norm", width),
                    up: try linear("\(name).\(i).up", 3 * width, hidden, bias: true),
                    down: try linear("\(name).\(i).down", hidden, width, bias: true), dilation: dilation)
            }
        }

        func block(_ name: String, _ d: DuetConfig.Decode) throws -> Block {
            let queryWidth = d.heads * d.head_dim, keyWidth = d.kv_heads * d.head_dim
            return Block(
                attentionNorm: try rmsNorm(name + ".attention_norm", d.width),
                query: try linear(name + ".query", d.width, queryWidth),
                key: try linear(name + ".key", d.width, keyWidth),
                value: try linear(name + ".value", d.width, keyWidth),
                output: try linear(name + ".output", queryWidth, d.width),
                feedNorm: try rmsNorm(name + ".feed_norm", d.width),
                gate: try linear(name + ".gate", d.width, d.hidden), up: try linear(name + ".up", d.width, d.hidden),
                down: try linear(name + ".down", d.hidden, d.width))
        }

        func second(_ name: String, _ width: Int, _ hidden: Int, _ choices: Int) throws -> ConditionalHead {
            ConditionalHead(
                embedding: try embedding(name + ".embedding", width, choices),
                up: try linear(name + ".up", width, hidden),
                down: try linear(name + ".down", hidden, width), head: try linear(name + ".head", width, choices),
                norm: try rmsNorm(name + ".norm", width), outputNorm: try rmsNorm(name + ".output_norm", width))
        }
    }
}
