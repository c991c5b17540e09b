// The limits of an embedded mind.

public import Kernels

public struct EmbeddedOptions: Sendable {
    /// Sessions at once. The default is 64.
    public var sessionsMax = 64
    /// Positions that a session keeps beside its instructions; whole turns leave. The default is 1024.
    public var windowPositions = 1024
    /// Positions that the instructions and tools may take. The default is 768.
    public var instructionPositionsMax = 768
    /// Rows of a step that are not an answer's next token. More are faster, and delay the answers. The default is 32.
    public var promptRowsMax = 32
    /// Tokens of an answer, four times as many for a tool's call. In the last quarter it ends at a sentence's end. The default is 96.
    public var answerTokensMax = 96
    /// Tokens of an answer that are written while the user may yet go on; the others follow when the turn is over. The default is 16.
    public var provisionalTokensMax = 16
    /// The choice of tokens: 0 is the most likely one. The default is 0.
    public var temperature: Float = 0
    /// Requests that wait for one session. More end it with `MindFailure.Kind.full`. The default is 256.
    public var requestsMax = 256
    /// Bytes of the words of one turn; what follows is not heard. The default is 16,384.
    public var turnBytesMax = 16_384
    /// Instructions of sessions that give none.
    public var instructions = ""
    /// The cache's precision.
    public var cache = Precision.standard
    /// Different instructions that are kept computed. The default is 8.
    public var prefixesMax = 8
    /// How much the mind's thread yields to the slices' threads (nice(2)). The default is 5.
    public var niceness: Int32 = 5
    /// Seeds the choice of tokens at a temperature above 0.
    public var seed: UInt64 = 1
    /// Makes the part that answers before the model, for each session. The default is none.
    public var reflex: (@Sendable () -> any Reflex)?

    public init() {}
}
