// From latents to samples: weights.

internal import Kernels
internal import Transformer

/// HiFi-GAN's generator (Kong et al. 2020) as Piper exports it.
struct DecoderWeights: Sendable {
    /// Convolutions of a residual block, each with its second one in blocks of the first kind.
    struct Block: Sendable {
        var steps: [(first: Convolution, second: Convolution?)]
        var delay: Int { steps.reduce(0) { $0 + $1.first.delay + ($1.second?.delay ?? 0) } }
    }

    struct Level: Sendable {
        var up: Convolution
        var blocks: [Block]
    }

    let pre, post: Convolution
    let levels: [Level]
    /// From a speaker's vector to what is added after `pre`.
    let condition: Convolution?

    /// Samples that a frame can have.
    private static let factorMax = 4096

    init(_ file: GraphFile, precision: Precision) throws(ModelError) {
        func load(_ module: String) throws(ModelError) -> Convolution {
            Convolution(try ConvolutionWeights(file, module), precision: precision)
        }
        (pre, post) = (try load("dec/conv_pre"), try load("dec/conv_post"))
        condition = file.nodes["dec/cond"] == nil ? nil : try load("dec/cond")
        var blocks: [Block] = [], ups: [Convolution] = []
        while file.nodes["dec/ups.\(ups.count)"] != nil { ups.append(try load("dec/ups.\(ups.count)")) }
        func step(_ name: String, _ i: Int) throws(ModelError) -> (Convolution, Convolution?)? {
            if file.nodes["\(name)/convs.\(i)"] != nil { return (try load("\(name)/convs.\(i)"), nil) }
            guard file.nodes["\(name)/convs1.\(i)"] != nil else { return nil }
            return (try load("\(name)/convs1.\(i)"), try load("\(name)/convs2.\(i)"))
        }
        while true {
            var steps: [(first: Convolution, second: Convolution?)] = []
            while let next = try step("dec/resblocks.\(blocks.count)", steps.count) { steps.append(next) }
            if steps.isEmpty { break }
            blocks.append(Block(steps: steps))
        }
        guard !ups.isEmpty, blocks.count % ups.count == 0, !blocks.isEmpty else {
            throw ModelError("\(file.path) has a decoder of \(ups.count) levels and \(blocks.count) blocks")
        }
        let each = blocks.count / ups.count
        levels = ups.indices.map { Level(up: ups[$0], blocks: Array(blocks[$0 * each..<($0 + 1) * each])) }
        try check(file.path)
    }

    private func check(_ path: String) throws(ModelError) {
        var width = pre.outputs, factor = 1
        for level in levels {
            let inner = level.up.outputs, convolutions = Self.convolutions(level)
            guard level.up.inputs == width, level.up.factor > 1, factor * level.up.factor <= Self.factorMax,
                convolutions.allSatisfy({ $0.inputs == inner && $0.outputs == inner && $0.factor == 1 })
            else { throw ModelError("\(path) has a decoder whose levels do not fit together") }
            (width, factor) = (inner, factor * level.up.factor)
        }
        guard post.inputs == width, post.outputs == 1 else { throw ModelError("\(path) has no single channel") }
    }

    private static func convolutions(_ level: Level) -> [Convolution] {
        level.blocks.flatMap { $0.steps.flatMap { [$0.first] + ($0.second.map { [$0] } ?? []) } }
    }

    var convolutions: [Convolution] { [pre] + levels.flatMap { [$0.up] + Self.convolutions($0) } }
    /// Samples a frame.
    var factor: Int { levels.reduce(1) { $0 * $1.up.factor } }
    /// Samples by which the sound comes late.
    var delay: Int {
        let late = levels.reduce(pre.delay) { late, level in
            late * level.up.factor + level.up.cut + level.blocks.reduce(0) { max($0, $1.delay) }
        }
        return late + post.delay
    }
}
