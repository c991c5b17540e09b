// Reads and checks config.json of the bundled family.

public import Dialogue
internal import Kernels
internal import Transformer

/// The `config.json` of a model of family "duet".
public struct DuetConfig: Codable, Hashable, Sendable {
    public struct Listen: Codable, Hashable, Sendable {
        public var width, hidden, stack: Int
        public var dilations: [Int]
    }

    public struct Decode: Codable, Hashable, Sendable {
        public var width, layers, heads, kv_heads, head_dim, hidden, second_hidden, vocabulary, codes: Int
        public var rope_base, norm_epsilon: Double
    }

    public struct Speak: Codable, Hashable, Sendable {
        public var width, hidden: Int
        public var slow, fast: [Int]
    }

    public var family: String
    public var name: String
    public var format: Int
    public var plan: SlicePlan
    public var listen: Listen
    public var decode: Decode
    public var speak: Speak

    static func read(_ path: String) throws -> DuetConfig {
        let config: DuetConfig = try ModelFamilies.config(path, of: "duet")
        try config.check(path)
        return config
    }

    private func check(_ path: String) throws {
        func require(_ condition: Bool, _ message: String) throws {
            if !condition { throw ModelError("\(path): \(message)") }
        }
        try require(family == "duet", "family is \(family), expected duet")
        try require(format == 1, "format \(format) is newer than this program")
        try plan.validate()
        let slice = plan.clock.slice_ms, positions = plan.positionsPerSlice, rate = plan.sampleRate
        try require(slice == 80, "family duet works in slices of 80 ms, slice_ms is \(slice)")
        try require(positions == 2, "family duet has two positions in a slice, the layout has \(positions)")
        try require(
            MelSpectrum.has(rate: rate) && InverseSpectrum.has(rate: rate),
            "family duet has no spectra at \(rate) Hz, choose another sample_rate")
        try require(listen.stack == 4, "family duet stacks 4 mel frames")
        let sizes = [
            listen.width, listen.hidden, decode.width, decode.layers, decode.heads, decode.kv_heads, decode.head_dim,
        ]
        let more = [decode.hidden, decode.second_hidden, decode.vocabulary, decode.codes, speak.width, speak.hidden]
        try require((sizes + more).allSatisfy { (1...1 << 20).contains($0) }, "a size is not positive")
        try require(decode.heads % decode.kv_heads == 0, "heads must be a multiple of kv_heads")
        try require(decode.head_dim % 2 == 0, "head_dim must be even")
        try require(
            (listen.dilations + speak.slow + speak.fast).allSatisfy { (1...4096).contains($0) },
            "a dilation is not positive")
        try require(plan.tokens.idle == 0 && plan.tokens.end == 1, "family duet has idle 0 and end 1")
    }
}
