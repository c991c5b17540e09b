// What a client shows that comes back to its session: a secret, and how long it is good for after the connection was lost.

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

    /// Takes as long for a token that is nearly right as for one that is not.
    public func matches(_ other: String) -> Bool { Secret.isSame(token, other) }
}

/// A protocol whose clients may come back to their session on another connection.
public protocol ResumableProtocol: WireProtocol {
    /// What the client is told at its start and must show. Without one it cannot come back.
    var ticket: ResumeTicket? { get set }
    /// The connection is lost: what is encoded from now on is not sent.
    func lost()
    /// What the client is sent first on its new connection: the answer, and the events that it missed. `sequence` is the number of
    /// the last audio message that it got, if it told.
    func resumed(after sequence: Int64?) -> [WireMessage]
}

/// The first message on a connection that is to take up a session: `session.resume`.
public struct ResumeRequest: Hashable, Sendable {
    public let id: String
    public let token: String
    public let lastSequence: Int64?

    private static let shape = JSONShape.object(["last_sequence": .whole(0...JSONShape.countMax)])

    /// Nil when `text` is another message, or a field of it is of another kind.
    public init?(_ text: String) {
        guard let event = try? JSONReader.object(text), event["type"]?.text == "session.resume",
            let id = event["id"]?.text, let token = event["token"]?.text, Self.shape.fault(of: event) == nil
        else { return nil }
        (self.id, self.token, lastSequence) = (id, token, event["last_sequence"]?.whole)
    }

    /// What a client is sent whose session is not there, or not its own.
    public static let refusal = DuetMessages.end(
        "session_not_found", "The session is over or never was, or the token is another's.")
    /// What a client is sent that took too long, or said something else.
    public static let missing = DuetMessages.end(
        "expected_session_resume", "The first event on this connection must be session.resume.")
    /// What a client's old connection is sent.
    public static let replaced = WireMessage.close(code: 4000, reason: "replaced")
}
