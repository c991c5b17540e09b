// Whose voice a caller has.

/// A synthesizer's voice.
public struct Voice: Decodable, Hashable, Sendable {
    public enum Synthesizer: String, Decodable, Hashable, Sendable, CaseIterable {
        case flite
        case espeak = "espeak-ng"
    }

    public var synthesizer: Synthesizer
    public var name: String
    /// flite: how much longer every sound is.
    public var stretch: Double?
    /// espeak-ng: 0 to 99; words a minute; 0 to 100, how much the pitch moves.
    public var pitch: Int?
    public var rate: Int?
    public var range: Int?

    public init(_ synthesizer: Synthesizer, _ name: String) { (self.synthesizer, self.name) = (synthesizer, name) }
}
