// What a model does in one slice. A contract of the weights, read from the model's config, not a setting.

public import Basics

/// The slice plan: the fields of `config.json` under `plan`.
public struct SlicePlan: Hashable, Sendable, Codable {
    /// One position of the flattened sequence: how many embeddings or tokens of each kind it carries.
    public struct Position: Hashable, Sendable, Codable {
        public var listen: Int?
        public var think: Int?
        public var say: Int?
        public var speak: Int?

        public init(listen: Int? = nil, think: Int? = nil, say: Int? = nil, speak: Int? = nil) {
            (self.listen, self.think, self.say, self.speak) = (listen, think, say, speak)
        }
    }

    public struct Clock: Hashable, Sendable, Codable {
        /// One of `SliceClock.sliceMillisecondsRange`.
        public var slice_ms: Int
        /// What happens to late input: "drop".
        public var late: String
        /// Samples a second, of input and output: one of `SliceClock.rates`. The default is 16000.
        public var sample_rate: Int?

        public init(slice_ms: Int, late: String, sample_rate: Int? = nil) {
            (self.slice_ms, self.late, self.sample_rate) = (slice_ms, late, sample_rate)
        }
    }

    public struct Tokens: Hashable, Sendable, Codable {
        public var idle: Int32
        public var end: Int32

        public init(idle: Int32, end: Int32) { (self.idle, self.end) = (idle, end) }
    }

    public struct Memory: Hashable, Sendable, Codable {
        /// Positions kept for the whole session, and those of the rolling window. A position is one row of the sequence.
        public var sinks: Int
        public var window: Int
        public var evict: String
        /// Positions of older slices in which a word was heard, kept beyond the window. The default is none.
        public var words: Int?

        public init(sinks: Int, window: Int, evict: String, words: Int? = nil) {
            (self.sinks, self.window, self.evict, self.words) = (sinks, window, evict, words)
        }
    }

    public var clock: Clock
    public var layout: [Position]
    public var fuse: String
    public var tokens: Tokens
    public var memory: Memory

    public init(clock: Clock, layout: [Position], fuse: String, tokens: Tokens, memory: Memory) {
        self.clock = clock
        self.layout = layout
        self.fuse = fuse
        self.tokens = tokens
        self.memory = memory
    }

    /// Samples a second, of input and output.
    public var sampleRate: Int { clock.sample_rate ?? SliceClock.standard.rate }
    /// The session's units of time.
    public var sliceClock: SliceClock { SliceClock(rate: sampleRate, sliceMilliseconds: clock.slice_ms) }
    public var samplesPerSlice: Int { sliceClock.samplesPerSlice }
    /// Sequential passes of the transformer in one slice.
    public var positionsPerSlice: Int { layout.count }
}
