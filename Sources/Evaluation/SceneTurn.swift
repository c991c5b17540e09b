// One action of the caller, and its time.

/// Speech, a sound or a wait.
public struct SceneTurn: Sendable {
    public enum Act: Sendable {
        case say(String, Hesitation?)
        case sound(Sound, seconds: Double, level: Double?, text: String?)
        case wait(Double)
    }

    /// Silence put into the clip, at the quietest moment near this fraction of it.
    public struct Hesitation: Decodable, Hashable, Sendable {
        public var at: Double
        public var seconds: Double
    }

    public enum Sound: String, Decodable, Hashable, Sendable, CaseIterable {
        case noise, reversed, music, door, cough, throat
        case farSpeech = "far-speech"
    }

    /// The caller's intent.
    public enum Role: String, Codable, Hashable, Sendable, CaseIterable {
        case request, interruption
        case backChannel = "back-channel"
        case stop
        case goOn = "go-on"
        case again
        /// Unrelated talk, not judged.
        case filler
        case recall, unknown
        /// A cough, a laugh, "um": made by the caller, but no turn.
        case vocalTic = "vocal-tic"
        /// Speech of the caller's, or of another person's, to somebody else.
        case sideTalk = "side-talk"
        /// Not speech: sounds and waits.
        case none
    }

    public enum When: Hashable, Sendable {
        /// Seconds after the assistant has finished.
        case after(Double)
        /// Seconds after the assistant's answer became audible.
        case into(Double)
    }

    public var act: Act
    public var role = Role.none
    public var kind: String?
    /// Whether the answer depends on hearing a word.
    public var slot = false
    /// Right answers; "*" matches any one word. Nil: the text is not judged. Empty: no answer is wanted.
    public var expect: [String]?
    public var when = When.after(0.8)
    /// Who speaks, and how it reaches the microphone, if not as the scene says.
    public var speaker = Speaker()
    /// A recording of what is said, instead of a synthesizer's voice.
    public var excerpt: Excerpt?

    public init(
        _ act: Act, role: Role = .none, kind: String? = nil, slot: Bool = false, expect: [String]? = nil,
        when: When = .after(0.8), speaker: Speaker = Speaker()
    ) {
        (self.act, self.role, self.kind) = (act, role, kind)
        (self.slot, self.expect, self.when, self.speaker) = (slot, expect, when, speaker)
    }

    /// What the caller says; nil if nothing.
    public var text: String? {
        switch act {
        case .say(let text, _): text
        case .sound(_, _, _, let text): text
        case .wait: nil
        }
    }

    /// Whether this turn wants an answer: the assistant's speech from then on belongs to it.
    var opensAnswer: Bool { role != .none && !role.isAside }
}

extension SceneTurn: Decodable {
    private enum Key: String, CodingKey {
        case say, sound, wait, role, kind, slot, expect, when, pause, seconds, level, recording
    }

    public init(from decoder: any Decoder) throws {
        let c = try decoder.container(keyedBy: Key.self)
        let text = try c.decodeIfPresent(String.self, forKey: .say)
        if let sound = try c.decodeIfPresent(Sound.self, forKey: .sound) {
            act = .sound(
                sound, seconds: try c.decode(Double.self, forKey: .seconds),
                level: try c.decodeIfPresent(Double.self, forKey: .level), text: text)
            role = try c.decodeIfPresent(Role.self, forKey: .role) ?? .none
            guard text != nil || ![.reversed, .farSpeech].contains(sound) else {
                throw Self.wrong(c, "the sound \"\(sound.rawValue)\" needs a text to \"say\"")
            }
        } else if let seconds = try c.decodeIfPresent(Double.self, forKey: .wait) {
            act = .wait(seconds)
        } else if let text, !text.isEmpty {
            act = .say(text, try c.decodeIfPresent(Hesitation.self, forKey: .pause))
            role = try c.decodeIfPresent(Role.self, forKey: .role) ?? .request
        } else {
            throw Self.wrong(c, "a turn has \"say\", \"sound\" or \"wait\"")
        }
        speaker = try Speaker(from: decoder)
        excerpt = c.contains(.recording) ? try Excerpt(from: decoder) : nil
        kind = try c.decodeIfPresent(String.self, forKey: .kind)
        slot = try c.decodeIfPresent(Bool.self, forKey: .slot) ?? false
        expect = try c.decodeIfPresent([String].self, forKey: .expect)
        when = try c.decodeIfPresent(When.self, forKey: .when) ?? .after(0.8)
    }

    private static func wrong(_ container: KeyedDecodingContainer<Key>, _ why: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: container.codingPath, debugDescription: why))
    }
}

extension SceneTurn.When: Decodable {
    private enum Key: String, CodingKey { case after, into }

    public init(from decoder: any Decoder) throws {
        let c = try decoder.container(keyedBy: Key.self)
        if let seconds = try c.decodeIfPresent(Double.self, forKey: .into) {
            self = .into(seconds)
        } else {
            self = .after(try c.decode(Double.self, forKey: .after))
        }
    }
}
