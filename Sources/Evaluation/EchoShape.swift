// Level and delay of the echo, as the script describes it.

/// How the assistant's own voice returns through the microphone.
public struct EchoShape: Decodable, Hashable, Sendable {
    /// Gain in dB, over the whole room response.
    public var gain: Double
    /// Seconds from the ear to the microphone, at least one packet.
    public var delay: Double
    /// Reverberation time: seconds until the room's response has decayed by 60 dB.
    public var room: Double

    public init(gain: Double, delay: Double, room: Double) {
        (self.gain, self.delay, self.room) = (gain, delay, room)
    }
}
