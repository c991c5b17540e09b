// The table of protocols. A new one takes a folder with its entry, and a line here.

public import Audio
public import Basics

/// The protocols that the server speaks, by path.
public enum WireProtocols {
    /// Everything that the server and its tests know of a protocol.
    public struct Entry: Sendable {
        public let name: String
        public let path: String
        /// Subprotocols that a client may offer (`Sec-WebSocket-Protocol`). A client that offers only others is refused.
        public var subprotocols: [String] = []
        /// Headers that the protocol reads, in lower case, besides those of every path (`UpgradeRequest.headerNames`).
        public var headers: [String] = []
        /// Longer messages end the connection. The default is 64 KiB.
        public var messageBytesMax = 64 << 10
        /// Seconds of audio that may come at once, ahead of real time, and wait to be heard. The default is 4.
        public var burstSeconds = 4.0
        /// Events that may come at once. The default is 64.
        public var eventsMax = 64
        /// The client must not miss an event; one that does not read is disconnected.
        public var needsEveryEvent = false
        /// Whether a client may resume its session, with `?resume=` and its id.
        public var resumes = false
        /// Whether a request is signed with the operator's token. Nil for protocols whose clients show keys.
        public var isSigned: (@Sendable (UpgradeRequest, _ token: String) -> Bool)?
        /// Paths that issue short-lived keys.
        public var keyRoutes: [KeyRoute] = []
        /// Makes a client; its audio is of `format` where the protocol leaves a choice. Nil if there is none.
        public var client: (@Sendable (_ format: AudioFormat) throws(OpusError) -> any ClientWire)?
        /// Takes the model's clock, and 64 random bits.
        let open: @Sendable (SliceClock, UInt64) -> any WireProtocol

        /// Protocol state of a new connection. Randomness makes its ids differ from those of the client's other connections.
        public func make(_ clock: SliceClock, _ random: inout some RandomNumberGenerator) -> any WireProtocol {
            open(clock, random.next())
        }
    }

    public static let all: [Entry] = [
        .native,
        .live,
        .realtime("/v1/realtime", keyRoutes: KeyRoute.realtime),
        // LiveKit's plugin uses this path when its base URL has no /v1.
        .realtime("/realtime"),
        .moshi,
        .twilio,
    ]

    public static func entry(path: String) -> Entry? { all.first { $0.path == path } }

    public static func keyRoute(path: String) -> KeyRoute? { all.lazy.flatMap(\.keyRoutes).first { $0.path == path } }
}
