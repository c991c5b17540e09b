// The client's side of the server's protocols: what `duet talk` and `duet eval` send, and how they read the server's messages.

public import Audio
internal import Basics

/// A message from the server, decoded.
public enum ClientReceived: Hashable, Sendable {
    /// Samples at `AudioFormat.clientRate`.
    case audio([Float])
    /// An event in the native protocol's JSON, and the second at which it happened.
    case event(String, at: Double)
}

/// One conversation's client.
public protocol ClientWire: AnyObject {
    /// Sent as soon as the connection is open.
    func opening() -> [WireMessage]
    /// Whether the message means that the session has started.
    func begins(_ message: WireMessage) -> Bool
    func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage]
    /// Decodes a message that came at `seconds`.
    func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived]
    /// The message that ends the session.
    func closing() -> WireMessage
}

/// The clients, by their protocol's path.
public enum ClientWires {
    /// `format` is used where the protocol leaves a choice. Nil when there is no client for the path.
    public static func make(path: String, format: AudioFormat) throws(OpusError) -> (any ClientWire)? {
        try WireProtocols.entry(path: path)?.client?(format)
    }
}

/// The native protocol's client.
public final class DuetClient: ClientWire {
    private let format: AudioFormat
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder

    public init(_ format: AudioFormat) throws(OpusError) {
        self.format = format
        encoder = try AudioEncoder(format)
        decoder = try AudioDecoder(format)
    }

    /// The message that starts a session with `format` both ways.
    public static func start(_ format: AudioFormat) -> String {
        let audio = JSONText.object([
            ("type", .string(format.codec.rawValue)), ("rate", .integer(Int64(format.rate))),
        ])
        return JSONText.line([
            ("type", .string("session.start")),
            ("session", .object([("audio", .object([("input", audio), ("output", audio)]))])),
        ])
    }

    public static let close = #"{"type":"session.close"}"#

    public func opening() -> [WireMessage] { [.text(Self.start(format))] }

    public func begins(_ message: WireMessage) -> Bool {
        if case .text(let text) = message { text.contains("session.started") } else { false }
    }

    public func encode(_ samples: [Float]) throws(OpusError) -> [WireMessage] {
        try encoder.encode(samples).map { .binary($0) }
    }

    public func read(_ message: WireMessage, at seconds: Double) -> [ClientReceived] {
        switch message {
        case .binary(let bytes): decoder.decode(bytes).map { [.audio($0)] } ?? []
        case .text(let text): [.event(text, at: seconds)]
        case .close: []
        }
    }

    public func closing() -> WireMessage { .text(Self.close) }
}

/// Writes the native protocol's events, for clients whose protocols express them differently.
enum NativeEvent {
    static func inputDelta(_ text: String) -> String {
        line("session.input_transcript.delta", ("delta", .string(text)))
    }
    static func inputDone(_ text: String) -> String { line("session.input_transcript.done", ("text", .string(text))) }
    static func outputDelta(_ text: String) -> String {
        line("session.output_transcript.delta", ("delta", .string(text)))
    }
    /// `guessed`: the protocol does not say that the answer ended, or why.
    static func outputDone(_ text: String, interrupted: Bool, guessed: Bool = false) -> String {
        line(
            "session.output_transcript.done", ("text", .string(text)), ("interrupted", .bool(interrupted)),
            ("guessed", .bool(guessed)))
    }
    static let interrupted = line("session.interrupted")

    private static func line(_ type: String, _ fields: (String, JSONText)...) -> String {
        JSONText.line([("type", .string(type))] + fields)
    }
}
