// What lies between the microphone and the wire, as a script says it.

/// What lies between the microphone and the wire.
public struct ChannelShape: Decodable, Hashable, Sendable {
    /// White noise this much below the speech, dB, instead of the floor.
    public var snr: Double?
    /// 300 to 3400 Hz.
    public var telephone: Bool?
    /// Amplitude that the peaks are clipped at.
    public var clip: Float?
    /// A round trip through Opus at so many bit/s.
    public var opus: Int?
    /// Share of 20-ms packets that are lost; Opus conceals them.
    public var loss: Float?

    public init(
        snr: Double? = nil, telephone: Bool? = nil, clip: Float? = nil, opus: Int? = nil, loss: Float? = nil
    ) {
        (self.snr, self.telephone, self.clip, self.opus, self.loss) = (snr, telephone, clip, opus, loss)
    }
}
