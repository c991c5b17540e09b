// What must not be answered, and what needs a person.

enum Refusing: Skill {
    static let name = "refusing"

    static let rules: [Rule] = [
        Rule("<all+>") { found, _ in isCrisis(found.heard) ? DangerTable.crisis : nil },
        Rule("<all+>") { found, _ in danger(found.heard.texts)?.answer },
    ]

    /// Whether the words ask for something that is refused.
    static func concerns(_ heard: Heard) -> Bool { isCrisis(heard) || danger(heard.texts) != nil }

    private static func isCrisis(_ heard: Heard) -> Bool {
        guard DangerTable.crisisOpeners.contains(heard.texts[0]) else { return false }
        return DangerTable.crisisPhrases.contains { $0.match(heard) != nil }
    }

    private static func danger(_ words: [String]) -> Danger? {
        let asked = words.indices.firstNonNil { index in
            DangerTable.leads.firstNonNil { $0.begins(words[index...]) ? index : nil }
        }
        let isOrder = DangerTable.all.contains { $0.deeds.contains(words[0]) }
        guard let start = asked ?? (isOrder ? 0 : nil) else { return nil }
        return DangerTable.all.first { $0.concerns(words[start...]) }
    }
}
