// The native protocol's entry in the table.

internal import Audio

extension WireProtocols.Entry {
    static let native = WireProtocols.Entry(
        name: "duet", path: "/v1/duplex", subprotocols: ["duet.v1"], resumes: true,
        client: { format throws(OpusError) in try DuetClient(format) }, open: { clock, _ in DuetProtocol(clock) })
}
