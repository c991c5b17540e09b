// The server's own answers, which come before a mind's: exact where a small language model guesses.

public import Basics

/// What a server can answer without a model: sums, time, spelling, words to remember, and what it must refuse.
///
/// Pure: requests, memory, time and chance come in as values, the same values give the same answer. A skill takes a request only as a
/// whole: every word must fit one of its phrases. What does not fit is the mind's.
///
///     request ─▶ Heard (words) ─▶ readings (courtesies taken off) ─▶ skills in the order of `all` ─▶ rules ─▶ answer
public struct Skills: Sendable {
    /// Longer requests are left to the mind, unread. Unit: bytes of UTF-8.
    public static let requestBytesMax = 512
    /// More words than this are left to the mind.
    public static let requestWordsMax = 64

    /// In this order: what must be refused comes first, general courtesies last.
    static let all: [any Skill.Type] = [
        Refusing.self, Repeating.self, Arithmetic.self, Comparing.self, Converting.self, Clock.self, Calendar.self,
        Spelling.self, Letters.self, Counting.self, Remembering.self, Recalling.self, Forgetting.self, Chance.self,
        Opposites.self, Capitals.self, Limits.self, Identity.self, Courtesy.self,
    ]

    /// The names that `leavingOut` understands.
    public static var names: [String] { all.map { $0.name } }

    private let table: [any Skill.Type]
    private let assistant: String

    /// `leavingOut`: names of skills that shall not answer, such as "limits" where tools can do these things, or "identity" and
    /// "courtesy" where instructions give the assistant a character. `assistant`: what it is called.
    public init(assistant: String = "Duet", leavingOut: Set<String> = []) {
        self.assistant = assistant
        table = Self.all.filter { !leavingOut.contains($0.name) }
    }

    /// The spoken answer, or nil where no skill fits: the mind answers then.
    ///
    /// `request` is a recogniser's (lower case, no punctuation, numbers in words) or typed. Requests above the limits get nil. The memory
    /// takes in what the answer says; tell it what the mind said with `SkillMemory.said`.
    public func answer(
        _ request: String, memory: inout SkillMemory, at moment: Moment, random: inout Random
    ) -> String? {
        var occasion = Occasion(memory: memory, moment: moment, random: random, assistant: assistant)
        let answer = answer(request, &occasion)
        memory = occasion.memory
        random = occasion.random
        memory.answered(answer)
        return answer
    }

    private func answer(_ request: String, _ occasion: inout Occasion) -> String? {
        guard request.utf8.count <= Self.requestBytesMax, let heard = Heard(request) else { return nil }
        let readings = heard.readings
        if case .awaitingWords = occasion.memory.topic { return Repeating.repeated(heard, &occasion) }
        for skill in table {
            for reading in readings {
                if let answer = skill.answer(reading, &occasion) { return answer }
            }
        }
        return nil
    }
}
