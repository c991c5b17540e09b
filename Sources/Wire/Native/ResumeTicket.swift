// What a client shows to resume its session: a secret, valid for a while after the connection was lost.

/// A session's secret.
public struct ResumeTicket: Sendable {
    /// Seconds after the loss of a connection in which its session can be resumed.
    public let seconds: Int
    /// 256 bits in hexadecimal digits.
    public let token: String

    public init(seconds: Int, random: inout some RandomNumberGenerator) {
        self.seconds = seconds
        token = Secret.hexadecimal(bits: 256, random: &random)
    }

    /// Takes as long for a nearly right token as for any other.
    public func matches(_ other: String) -> Bool { Secret.isSame(token, other) }
}

/// A protocol whose clients may resume their session on another connection.
public protocol ResumableProtocol: WireProtocol {
    /// The client gets it at the start and must show it. Without one it cannot resume.
    var ticket: ResumeTicket? { get set }
    /// The connection is lost: messages from now on are not sent.
    func lost()
    /// The first messages on the client's new connection: the answer, and the events that it missed. `sequence` is the number
    /// of the last audio message that it received, if it says so.
    func resumed(after sequence: Int64?) -> [WireMessage]
}

/// The first message on a connection that is to resume a session: `session.resume`.
public struct ResumeRequest: Hashable, Sendable {
    public let id: String
    public let token: String
    public let lastSequence: Int64?

    private static let shape = JSONShape.object([
        "id": .text(), "token": .text(), "last_sequence": .whole(0...JSONShape.exactIntegerMax),
    ])

    /// Nil when `text` is another message, or a field is missing or has the wrong type.
    public init?(_ text: String) {
        guard let event = Self.event(text), Self.fault(of: event) == nil, let id = event["id"]?.text,
            let token = event["token"]?.text
        else { return nil }
        (self.id, self.token, lastSequence) = (id, token, event["last_sequence"]?.whole)
    }

    /// For a client whose first message is no such request.
    public static func refusal(of text: String) -> [WireMessage] {
        guard let event = event(text), let fault = fault(of: event) else { return missing }
        return DuetMessages.end("invalid_value", fault.message, param: fault.param)
    }

    /// Nil when `text` is another message.
    private static func event(_ text: String) -> JSONText? {
        guard let event = try? JSONReader.object(text), event["type"]?.text == "session.resume" else { return nil }
        return event
    }

    private static func fault(of event: JSONText) -> FieldError? {
        let missing = ["id", "token"].first { event[$0] == nil }
        return shape.fault(of: event) ?? missing.map { FieldError($0, .missing, "") }
    }

    /// For a client whose session does not exist, or is not its own.
    public static let refusal = DuetMessages.end(
        "session_not_found", "The session is over or never was, or the token is another's.")
    /// For a client that took too long, or sent something else.
    public static let missing = DuetMessages.end(
        "expected_session_resume", "The first event on this connection must be session.resume.")
    /// For a client's old connection.
    public static let replaced = WireMessage.close(code: 4000, reason: "replaced")
}
