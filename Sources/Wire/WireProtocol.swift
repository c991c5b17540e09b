// Translates between a client's messages and the engine's events. No protocol knows the model.

public import Basics

/// A websocket message to send.
public enum WireMessage: Hashable, Sendable {
    case text(String)
    case binary([UInt8])
    case close(code: UInt16, reason: String)
}

/// What a client's message asks for.
public enum ClientAction: Hashable, Sendable {
    case start(seed: UInt64)
    /// Samples at the model's rate. Those that come faster than real time wait (`InputBacklog`).
    case audio([Float])
    /// Drop the audio that waits.
    case forget
    case interrupt
    /// The user typed this; an answer is due. An empty text only ends the user's turn.
    case tell(String)
    /// The assistant is to say this.
    case say(String)
    /// While true, the assistant begins to speak only after `tell` or `say`.
    case speakOnlyWhenAsked(Bool)
    /// Instructions and tools for the session's mind.
    case configure(MindSetup)
    /// A message of the conversation's history, for the mind.
    case append(MindMessage)
    /// What a tool returned. With `answers`, the assistant speaks of it as soon as nobody else does.
    case result(ToolResult, answers: Bool)
    /// The client has played all but the last `behind` milliseconds of the audio so far.
    case played(behind: Int64)
    /// The client compares clocks: its own reads this, in milliseconds. The server answers `.clock`.
    case clock(client: Double)
    /// The client has finished. The server answers `.closed`.
    case close
    /// Send this to the client; the session goes on.
    case reply(WireMessage)
    /// Like `reply`, for a message that should have been audio. It is charged as audio, not as an event.
    case refuse(WireMessage)
    /// Send these and end the connection: the client broke the protocol.
    case fail([WireMessage])

    /// How much audio the action counts, in samples.
    public func sampleCount(_ clock: SliceClock) -> Int {
        switch self {
        case .audio(let samples): samples.count
        // As much as a packet.
        case .refuse: clock.samples(milliseconds: 20)
        default: 0
        }
    }

    public var isAudio: Bool {
        switch self {
        case .audio, .refuse: true
        default: false
        }
    }
}

/// The steps from the end of the user's speech to the answer, in milliseconds since that end: the floor found the turn to be over, its
/// words were there, the answer's first words were there, its first sound was.
public struct TurnLatency: Hashable, Sendable {
    public var decided, recognised, answered, heard: Int64

    public init(decided: Int64, recognised: Int64, answered: Int64, heard: Int64) {
        (self.decided, self.recognised, self.answered, self.heard) = (decided, recognised, answered, heard)
    }
}

/// What the server tells a client. Times are positions in the session's audio, in milliseconds.
public enum ServerEvent: Hashable, Sendable {
    case started(id: String, model: String)
    /// One slice.
    case audio([Float])
    case userText(String, start: Int64, end: Int64)
    /// The words of the user's turn so far, as they are taken to be until more is heard.
    case userGuess(String, at: Int64)
    case userDone(String, start: Int64, end: Int64)
    case assistantText(String, start: Int64, end: Int64)
    case assistantDone(String, interrupted: Bool, start: Int64, end: Int64)
    case speaking(at: Int64)
    /// The answer to a turn begins to be heard.
    case latency(TurnLatency, at: Int64)
    case listening(at: Int64)
    case interrupted(at: Int64)
    /// The mind calls a tool of the client.
    case call(ToolCall, at: Int64)
    case info(code: String, message: String, milliseconds: Int64)
    /// The client's and the server's clock, in milliseconds. Both zeros are arbitrary.
    case clock(client: Double, server: Double)
    /// The server ends every session in this many milliseconds.
    case goingAway(milliseconds: Int64)
    case closed(reason: String, seconds: Double)

    /// Code of an `info`: that many milliseconds of the session were neither heard nor answered.
    public static let overload = "overload"
    /// Code of an `info`: the mind failed, and there is no answer.
    public static let mindFailed = "mind_failed"
    /// Code of an `info`: the mind has nothing to say to the user's turn.
    public static let noAnswer = "no_answer"
    /// Code of an `info`: a result came for a tool that does not run.
    public static let unknownCall = "unknown_call"
    /// Code of an `info`: characters of a text were left out.
    public static let unspeakable = "unspeakable"
}

/// One conversation's protocol state. A worker owns it.
public protocol WireProtocol: AnyObject {
    /// The connection is open. The default does nothing: a message starts the session.
    func opened(_ request: UpgradeRequest) -> [ClientAction]
    func received(text: String) -> [ClientAction]
    /// Whether a text message is audio, without decoding it; asked when the client has sent too much. The default is false.
    func isAudio(text: String) -> Bool
    /// Nil when there is nothing to do yet.
    func received(binary: [UInt8]) -> ClientAction?
    /// An audio message was dropped unread, because the client has sent too much. The default does nothing.
    func dropped(_ message: WireMessage)
    /// `samples` of the client's audio go to the engine now, and `waiting` samples are left. The default does nothing.
    func passedOn(_ samples: [Float], waiting: Int)
    /// Appends the messages for an event. Called for every slice, so it returns no new array.
    func encode(_ event: ServerEvent, into messages: inout [WireMessage])
    /// A slice is over. Returns earlier requests of the client that are due now; by default none.
    func advanced() -> [ClientAction]
    /// Whether a client hears sound that belongs to no answer. The default is yes.
    var carriesBackChannels: Bool { get }
    /// The last messages were not sent: the client is too slow. The default does nothing.
    func unsent()
    /// The client took too long to start.
    func timedOut() -> [WireMessage]
    /// The client sends more events than the server takes.
    func flooded() -> [WireMessage]
    /// The action for an event that is not read, because the client has sent too many. The default ends the session.
    func refused() -> ClientAction
}

extension WireProtocol {
    public func opened(_ request: UpgradeRequest) -> [ClientAction] { [] }
    public func advanced() -> [ClientAction] { [] }
    public func isAudio(text: String) -> Bool { false }
    public var carriesBackChannels: Bool { true }
    public func unsent() {}
    public func dropped(_ message: WireMessage) {}
    public func passedOn(_ samples: [Float], waiting: Int) {}
    public func refused() -> ClientAction { .fail(flooded()) }

    public func encode(_ event: ServerEvent) -> [WireMessage] {
        var messages: [WireMessage] = []
        encode(event, into: &messages)
        return messages
    }
}
