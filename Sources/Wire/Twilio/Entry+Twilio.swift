// Twilio's entry in the table.

extension WireProtocols.Entry {
    /// Twilio signs its requests and shows no key.
    static let twilio = WireProtocols.Entry(
        name: "twilio", path: "/twilio", headers: ["x-twilio-signature"],
        isSigned: { TwilioSignature(token: $1).admits($0) }, open: { clock, _ in TwilioProtocol(clock) })
}
