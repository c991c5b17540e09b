// The Live protocol's entry in the table.

internal import Audio

extension WireProtocols.Entry {
    static let live = WireProtocols.Entry(
        name: "live", path: "/v1/live/sessions", client: { format throws(OpusError) in try LiveClient(format) },
        open: { clock, _ in LiveProtocol(clock) })
}
