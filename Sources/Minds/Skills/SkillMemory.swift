// What a session's skills remember: a value, so that an answer can be rolled back without a trace.

/// What a session's skills remember. Bounded: `entriesMax` entries of `entryCharactersMax` characters; the oldest makes way.
public struct SkillMemory: Sendable, Hashable {
    public static let entriesMax = 32
    public static let entryCharactersMax = 64
    /// A longer answer cannot be said again.
    public static let saidCharactersMax = 600

    /// Something the user told.
    struct Entry: Sendable, Hashable {
        /// What it is about, such as "name", "favorite color", or "note" for what was to be remembered word for word.
        let subject: String
        /// As it shall be spoken.
        let value: String
    }

    private(set) var entries: [Entry] = []
    private(set) var lastAnswer: String?
    var topic = Topic.none

    public init() {}

    /// What was said to the user, also by the mind: "say that again" says this. Where only the beginning of a skill's answer was heard,
    /// the whole of it is said again.
    public mutating func said(_ text: String) {
        if !text.isEmpty, let lastAnswer, lastAnswer.hasPrefix(text) { return }
        topic = .none
        lastAnswer = text.isEmpty || text.count > Self.saidCharactersMax ? nil : text
    }

    /// A skill's answer; nil where the mind's turn comes.
    mutating func answered(_ text: String?) {
        if text == nil { topic = .none }
        lastAnswer = text
    }

    /// Replaces what was known of the subject; a note stands beside earlier notes. False where the value is too long to be kept.
    mutating func remember(_ value: String, as subject: String) -> Bool {
        let limit = Self.entryCharactersMax
        guard !value.isEmpty, value.count <= limit, subject.count <= limit else { return false }
        if subject != Subject.note { entries.removeAll { $0.subject == subject } }
        entries.append(Entry(subject: subject, value: value))
        if entries.count > Self.entriesMax { entries.removeFirst() }
        return true
    }

    func recall(_ subject: String) -> String? { entries.last { $0.subject == subject }?.value }

    /// True if something was known.
    mutating func forget(_ subject: String) -> Bool {
        let before = entries.count
        entries.removeAll { $0.subject == subject }
        return entries.count < before
    }

    mutating func forgetEverything() { self = SkillMemory() }
}
