// The voice of a caller.

/// A synthesizer's voice.
public struct Voice: Decodable, Hashable, Sendable {
    public enum Synthesizer: String, Decodable, Hashable, Sendable, CaseIterable {
        case flite
        case espeak = "espeak-ng"
    }

    public var synthesizer: Synthesizer
    public var name: String
    /// flite: stretch factor for the duration of every sound.
    public var stretch: Double?
    /// espeak-ng: pitch 0 to 99; rate in words per minute; range 0 to 100, the variation in pitch.
    public var pitch: Int?
    public var rate: Int?
    public var range: Int?

    public init(_ synthesizer: Synthesizer, _ name: String) { (self.synthesizer, self.name) = (synthesizer, name) }
}
