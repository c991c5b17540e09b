// How loud and how late the assistant hears itself, as a script says it.

/// How the assistant's own voice comes back into the microphone.
public struct EchoShape: Decodable, Hashable, Sendable {
    /// dB, over the whole response.
    public var gain: Double
    /// Seconds from the ear to the microphone, at least a packet.
    public var delay: Double
    /// Seconds in which the room's response decays by 60 dB.
    public var room: Double

    public init(gain: Double, delay: Double, room: Double) {
        (self.gain, self.delay, self.room) = (gain, delay, room)
    }
}
