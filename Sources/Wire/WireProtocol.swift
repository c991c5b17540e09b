// A translator between a client's messages and the engine's events. None knows the model.

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
    /// Samples at the model's rate. Those that come faster than they are spoken wait (`InputBacklog`).
    case audio([Float])
    /// What waits is forgotten.
    case forget
    case interrupt
    /// The user wrote this; an answer is due. An empty text only ends the user's turn.
    case tell(String)
    /// The assistant is to say this.
    case say(String)
    /// While it holds, the assistant begins to speak only when it is told or asked to.
    case hold(Bool)
    /// It has played all but the last so many milliseconds of the audio that there is.
    case played(behind: Int64)
    /// It wants to compare clocks: its own says this, in milliseconds. The server answers `.clock`.
    case clock(client: Double)
    /// The client has finished. The server answers `.closed`.
    case close
    /// Send this to the client; the session goes on.
    case reply(WireMessage)
    /// The same, where what should have been audio was none. It is charged as audio, not as an event.
    case refuse(WireMessage)
    /// Send these and end the connection: the client broke the protocol.
    case fail([WireMessage])

    /// How much audio it is, in samples.
    public func sampleCount(_ clock: SliceClock) -> Int {
        switch self {
        case .audio(let samples): samples.count
        // A packet's worth.
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

/// What the server tells a client. Times are positions in the session's audio, in milliseconds.
public enum ServerEvent: Hashable, Sendable {
    case started(id: String, model: String)
    /// One slice.
    case audio([Float])
    case userText(String, start: Int64, end: Int64)
    case userDone(String, start: Int64, end: Int64)
    case assistantText(String, start: Int64, end: Int64)
    case assistantDone(String, interrupted: Bool, start: Int64, end: Int64)
    case speaking(at: Int64)
    case listening(at: Int64)
    case interrupted(at: Int64)
    case info(code: String, message: String, milliseconds: Int64)
    /// The client's clock as it told it and the server's, in milliseconds. The zero of neither means anything.
    case clock(client: Double, server: Double)
    /// The server ends every session in so many milliseconds.
    case goingAway(milliseconds: Int64)
    case closed(reason: String, seconds: Double)

    /// The code of an `info`: so many milliseconds of the session were neither heard nor answered.
    public static let overload = "overload"
    /// The code of an `info`: characters of a text were left out.
    public static let unspeakable = "unspeakable"
}

/// One conversation's state of a protocol. A worker owns it.
public protocol WireProtocol: AnyObject {
    /// The connection is open. Nothing is done where a message starts the session.
    func opened(_ request: UpgradeRequest) -> [ClientAction]
    func received(text: String) -> [ClientAction]
    /// Whether a text message is audio, told without decoding it: asked where the client has sent too much. The default is no.
    func isAudio(text: String) -> Bool
    /// Nil when there is nothing to do yet.
    func received(binary: [UInt8]) -> ClientAction?
    /// A message with audio was dropped unread: the client has sent too much. Nothing is done where that does not matter.
    func dropped(_ message: WireMessage)
    /// So much of the client's audio goes to the engine now, and so many samples wait behind it. The default is nothing.
    func passedOn(_ samples: [Float], waiting: Int)
    /// Appends what the client is sent. Every slice comes here: no array is made for it.
    func encode(_ event: ServerEvent, into messages: inout [WireMessage])
    /// A slice is over: what the client asked for earlier and is due now. The default is nothing.
    func advanced() -> [ClientAction]
    /// What was encoded last was not sent: the client is too slow. Nothing is done where clients are not told.
    func unsent()
    /// The client took too long to start.
    func timedOut() -> [WireMessage]
    /// The client sends more events than the server takes.
    func flooded() -> [WireMessage]
    /// What an event means that comes when no more are taken, and is not read. The default is the session's end.
    func refused() -> ClientAction
}

extension WireProtocol {
    public func opened(_ request: UpgradeRequest) -> [ClientAction] { [] }
    public func advanced() -> [ClientAction] { [] }
    public func isAudio(text: String) -> Bool { false }
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
