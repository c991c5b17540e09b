// The signal path between the microphone and the connection, as the script describes it.

/// The signal path between the microphone and the connection.
public struct ChannelShape: Decodable, Hashable, Sendable {
    /// Reverberation time of the caller's room, in seconds; the microphone is far away.
    public var room: Double?
    /// Signal-to-noise ratio in dB; white noise at this level replaces the scene's floor.
    public var snr: Double?
    /// Limits the band to 300 to 3400 Hz.
    public var telephone: Bool?
    /// Amplitude at which peaks are clipped.
    public var clip: Float?
    /// Bit rate of an Opus round trip, bit/s.
    public var opus: Int?
    /// Share of 20-ms packets that are lost and concealed by Opus.
    public var loss: Float?

    public init(
        snr: Double? = nil, telephone: Bool? = nil, clip: Float? = nil, opus: Int? = nil, loss: Float? = nil,
        room: Double? = nil
    ) {
        self.room = room
        (self.snr, self.telephone, self.clip, self.opus, self.loss) = (snr, telephone, clip, opus, loss)
    }
}
