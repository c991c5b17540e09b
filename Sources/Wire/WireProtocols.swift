// The table of protocols. A new one is a folder with its entry, and a line here.

public import Audio
public import Basics

/// The protocols that the server speaks, by path.
public enum WireProtocols {
    /// All that the server and its tests know of a protocol.
    public struct Entry: Sendable {
        public let name: String
        public let path: String
        /// Those that a client may offer (`Sec-WebSocket-Protocol`). A client that offers others alone is refused.
        public var subprotocols: [String] = []
        /// Headers that it goes by, in lower case, beside those that every path has (`UpgradeRequest.headerNames`).
        public var headers: [String] = []
        /// Longer messages end the connection.
        public var messageBytesMax = 64 << 10
        /// Seconds of audio that may come at once, ahead of real time, and wait to be heard.
        public var burstSeconds = 4.0
        /// Events that may come at once.
        public var eventsMax = 64
        /// Whether a client that lost an event could not go on: one that does not read is then let go.
        public var needsEveryEvent = false
        /// Whether a client may come back to its session: `?resume=` and its id.
        public var resumes = false
        /// Whether a request is signed with the operator's token. Nil where clients show keys.
        public var isSigned: (@Sendable (UpgradeRequest, _ token: String) -> Bool)?
        /// Where short-lived keys are asked for.
        public var keyRoutes: [KeyRoute] = []
        /// A client of it; the audio is of `format` where the protocol leaves the choice. Nil where there is none.
        public var client: (@Sendable (_ format: AudioFormat) throws(OpusError) -> any ClientWire)?
        /// Given the model's clock, and 64 bits of chance.
        let open: @Sendable (SliceClock, UInt64) -> any WireProtocol

        /// The protocol of a new connection. Chance is for ids that must differ from those of the client's other connections.
        public func make(_ clock: SliceClock, _ random: inout some RandomNumberGenerator) -> any WireProtocol {
            open(clock, random.next())
        }
    }

    public static let all: [Entry] = [
        .native,
        .live,
        .realtime("/v1/realtime", keyRoutes: KeyRoute.realtime),
        // Where LiveKit's plugin knocks when its base URL has no /v1.
        .realtime("/realtime"),
        .moshi,
        .twilio,
    ]

    public static func entry(path: String) -> Entry? { all.first { $0.path == path } }

    public static func keyRoute(path: String) -> KeyRoute? { all.lazy.flatMap(\.keyRoutes).first { $0.path == path } }
}
