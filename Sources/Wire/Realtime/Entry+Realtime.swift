// Realtime's entries in the table.

internal import Audio

extension WireProtocols.Entry {
    /// A message may hold a file of 15 s, and two of them may come at once.
    static func realtime(_ path: String, keyRoutes: [KeyRoute] = []) -> WireProtocols.Entry {
        WireProtocols.Entry(
            name: "realtime", path: path, subprotocols: ["realtime", "openai-beta.realtime-v1"],
            headers: ["openai-beta"], messageBytesMax: 1 << 20, burstSeconds: 30,
            eventsMax: RealtimeProtocol.eventsMax, needsEveryEvent: true, keyRoutes: keyRoutes,
            client: { _ throws(OpusError) in try RealtimeClientWire() }, open: { RealtimeProtocol($0, chance: $1) })
    }
}

extension KeyRoute {
    /// The current path, and the beta's.
    static let realtime = [
        KeyRoute(path: "/v1/realtime/client_secrets") { body, model throws(KeyRefusal) in
            try ClientSecretRequest(body, isBeta: false, model: model)
        },
        KeyRoute(path: "/v1/realtime/sessions") { body, model throws(KeyRefusal) in
            try ClientSecretRequest(body, isBeta: true, model: model)
        },
    ]
}
