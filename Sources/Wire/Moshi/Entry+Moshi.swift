// Moshi's entry in the table.

internal import Audio

extension WireProtocols.Entry {
    static let moshi = WireProtocols.Entry(
        name: "moshi", path: "/api/chat", client: { _ throws(OpusError) in try MoshiClient() },
        open: { clock, _ in MoshiProtocol(clock) })
}
