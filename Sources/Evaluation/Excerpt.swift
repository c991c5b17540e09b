// A piece of a recording: an utterance of a person's.

/// From one time of a file to another. The script names files relative to the folder of recordings.
public struct Excerpt: Decodable, Hashable, Sendable {
    public var file: String
    /// Seconds in the file. Nil: its start, its end.
    public var from: Double?
    public var to: Double?

    public init(_ file: String, from: Double? = nil, to: Double? = nil) {
        (self.file, self.from, self.to) = (file, from, to)
    }

    private enum Key: String, CodingKey {
        case file = "recording"
        case from, to
    }

    public init(from decoder: any Decoder) throws {
        let c = try decoder.container(keyedBy: Key.self)
        file = try c.decode(String.self, forKey: .file)
        from = try c.decodeIfPresent(Double.self, forKey: .from)
        to = try c.decodeIfPresent(Double.self, forKey: .to)
    }
}
