// The Live protocol's entry in the table.

internal import Audio

extension WireProtocols.Entry {
    /// A message may hold seconds of audio in base64, as in Realtime.
    static let live = WireProtocols.Entry(
        name: "live", path: "/v1/live/sessions", messageBytesMax: 1 << 20,
        client: { format throws(OpusError) in try LiveClient(format) }, open: { clock, _ in LiveProtocol(clock) })
}
