// What a model family implements: three stages, each with one column of state per slot.
//
//  microphone ─▶ LISTEN ─▶ DECODE ─▶ SPEAK ─▶ loudspeaker

/// Runs a batch of rows that belong to different sessions. LISTEN, DECODE and SPEAK are all stages.
public protocol Stage: AnyObject {
    /// Resets the slot's column. Called before a session's first row, never while one is running. All randomness of the stage
    /// in this session derives from `seed`.
    func open(_ slot: Int, seed: UInt64)

    /// Advances every row of the batch by one slice.
    func run(_ batch: SliceBatch)
}

/// A model as the engine sees it.
public protocol Model: AnyObject {
    var plan: SlicePlan { get }
    var slotCount: Int { get }
    /// Turns `SliceBatch.microphone` into the stages' internal rows.
    var listen: any Stage { get }
    /// Turns the internal rows into `SliceBatch.decisions`.
    var decode: any Stage { get }
    /// Turns decisions into `SliceBatch.speech`.
    var speak: any Stage { get }
    /// The text of a think or say token, with a leading space where a word begins; empty for control tokens.
    func text(of token: Int32) -> String
    /// `text` as it is spoken. Takes time linear in the text.
    func wording(of text: String) -> Wording
    /// The slot will probably say `utterance` next: a model may make ready for it. The default is nothing.
    func prepare(_ slot: Int, _ utterance: Utterance)
    /// Whether the model is to answer this request itself, where sessions have a mind. The default is no.
    func answers(_ request: String) -> Bool
    /// Whether it says when turns begin and end, and others find their words: the engine then collects each turn's sound, asks for
    /// its words, and takes none from decisions. The default is no.
    var recognisesTurns: Bool { get }
}

extension Model {
    public func prepare(_ slot: Int, _ utterance: Utterance) {}
    public func answers(_ request: String) -> Bool { false }
    public var recognisesTurns: Bool { false }
}

/// What one session decided in one slice.
public struct Decision: Hashable, Sendable {
    /// The next piece of the user's transcript, or the plan's `idle` token, or its `end` token when the user's turn is over.
    public var think: Int32
    /// The next piece of the assistant's text, or the `idle` token, or the `end` token when the answer is complete.
    public var say: Int32
    /// Whether this slice of output carries speech. If false, it is exact zeros.
    public var speaks: Bool

    public init(think: Int32 = 0, say: Int32 = 0, speaks: Bool = false) {
        self.think = think
        self.say = say
        self.speaks = speaks
    }
}

/// The rows of one step. Allocated once with room for `rowsMax`, refilled for every step.
public final class SliceBatch {
    public let samplesPerSlice: Int
    public let rowsMax: Int
    /// The slot of each row, ascending. `slots.count` is the number of rows.
    public internal(set) var slots: [Int] = []
    /// [rows, samplesPerSlice], microphone audio in [-1, 1].
    public var microphone: [Float]
    /// [rows]
    public var decisions: [Decision]
    /// [rows] Whether DECODE must stay silent in this slice: say and speak are idle whatever the model prefers. See `isSilent`.
    public var silenced: [Bool]
    /// [rows] Whether the end of the user's turn lifts the silence, in the same slice: a request is answered.
    public var untilEnd: [Bool]
    /// [rows] The logarithm of the probability that the user's turn is over, by the session's mind; not a number if it has not said.
    public var likelihoods: [Float]
    /// [rows]
    public var prompts: [Prompt]
    /// [rows, samplesPerSlice], output audio; exact zeros where nothing is said.
    public var speech: [Float]
    /// [rows] Words of the user's turn that are known.
    public var words: [Int]
    /// [rows] What DECODE finds of the floor, where the model `recognisesTurns`.
    public var signals: [FloorSignal]

    public init(rowsMax: Int, samplesPerSlice: Int) {
        self.rowsMax = rowsMax
        self.samplesPerSlice = samplesPerSlice
        slots.reserveCapacity(rowsMax)
        microphone = Array(repeating: 0, count: rowsMax * samplesPerSlice)
        decisions = Array(repeating: Decision(), count: rowsMax)
        silenced = Array(repeating: false, count: rowsMax)
        untilEnd = Array(repeating: false, count: rowsMax)
        likelihoods = Array(repeating: .nan, count: rowsMax)
        prompts = Array(repeating: Prompt(), count: rowsMax)
        speech = Array(repeating: 0, count: rowsMax * samplesPerSlice)
        words = Array(repeating: 0, count: rowsMax)
        signals = Array(repeating: FloorSignal(), count: rowsMax)
    }

    /// Whether a row must stay silent, once its `think` is decided. `end` is the plan's token.
    public func isSilent(_ row: Int, end: Int32) -> Bool {
        silenced[row] && !(untilEnd[row] && decisions[row].think == end)
    }

    /// Replaces the rows. `slots` must be ascending, without duplicates, at most `rowsMax`.
    public func begin(_ slots: [Int]) {
        self.slots.removeAll(keepingCapacity: true)
        self.slots.append(contentsOf: slots)
    }
}
