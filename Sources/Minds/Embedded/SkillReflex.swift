// The server's skills, as what an embedded mind answers without its model.

public import Basics

/// One session's skills and what they remember.
public struct SkillReflex: Reflex {
    private var skills = Skills()
    private var memory = SkillMemory()
    private var random: Random
    private let moment: @Sendable () -> Skills.Moment

    /// `moment` tells the date and the time of day.
    public init(seed: UInt64, moment: @escaping @Sendable () -> Skills.Moment) {
        (random, self.moment) = (Random(seed: seed), moment)
    }

    /// Instructions may give the assistant a character of its own, and tools may do what it otherwise could not.
    public mutating func configure(_ setup: MindSetup) {
        var out: Set<String> = []
        if !setup.instructions.isEmpty { out = ["identity", "courtesy"] }
        if !setup.tools.isEmpty { out.insert("limits") }
        skills = Skills(leavingOut: out)
    }

    public mutating func answer(_ request: String) -> String? {
        skills.answer(request, memory: &memory, at: moment(), random: &random)
    }

    public mutating func said(_ text: String) { memory.said(text) }
}
