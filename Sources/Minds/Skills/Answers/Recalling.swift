// What was told before.

enum Recalling: Skill {
    static let name = "recalling"

    static let rules: [Rule] = [
        Rule(
            "what is my (first )?name( again)?|what my name is|my name|who am i|what am i called|what is my name again|(do you)? (still)? (know|remember) my name|what (do|did) (you|i tell you to) call me|say my name|what (do|will|should|can|would) you (call|refer to) me( as| by)?|what name do you (call|know|have|refer to|use)( for)?( me)?( by| as)?|what is the name (that )?you (have for|call|use for) me|what name do you have (saved|listed)? for me|(do you have)? (any idea|an idea) what my name is|what (am i|is my name) (known|saved|called|listed)( as| under| by you| to you)?|who do you think i am|do you know who i am|who i am|my name is what|what you (call|refer to) me( as)?|how do you (address|refer to) me|(did i tell you|have i told you) my name"
        ) {
            found, occasion in
            guard found.heard.texts != ["my", "name"] || occasion.memory.recall(Subject.name) != nil else { return nil }
            return occasion.memory.recall(Subject.name).map { "Your name is \($0)." }
                ?? "You have not told me your name, so I do not know it."
        },
        Rule(
            """
            what is my <k+> (called|named|cold|'s name|name)|(what|how) is my <k+> called|what is the name of my <k+>|what is my <k> 's name again|(do you)? (know|remember) (the name of my <k+>|my <k+> 's name)|
            what do i call my <k+>|who is my <k+>|the name of my <k+>|my <k+> 's name|what my <k+> is called|what my <k+> 's name is|how is my <k+> named
            """
        ) { found, occasion in named(found, occasion) },
        Rule(
            "(what|which|who) is my favorite <s+>|(do you)? (know|remember) my favorite <s+>|what my favorite <s+> is|(what|which) <s> (do i like (the)? (best|most)|is my favorite)|my favorite <s+>"
        ) {
            found, occasion in favorite(found, occasion)
        },
        Rule(
            "where do i live|(what|which) (city|town|place) do i live (in)?|where i live|where is my home|do you know where i live"
        ) { _, occasion in
            occasion.memory.recall(Subject.home).map { "You live in \($0)." } ?? "You have not told me where you live."
        },
        Rule("(what|which|in which|in what) country do i live (in|inn)?|what country is my home in") { _, occasion in
            guard let home = occasion.memory.recall(Subject.home) else { return "You have not told me where you live." }
            guard let country = Places.country(of: home.lowercased()) else { return nil }
            return "You live in \(country)."
        },
        Rule("how old am i|what is my age|how old i am") { _, occasion in
            occasion.memory.recall(Subject.age).map { "You are \($0)." } ?? "You have not told me how old you are."
        },
        Rule("when is my birthday|what is my birthday|when my birthday is|when was i born") { _, occasion in
            occasion.memory.recall(Subject.birthday).map { "Your birthday is \($0)." }
                ?? "You have not told me when your birthday is."
        },
        Rule(
            """
            (what|which) (<kind>)? (did|have) i (ask|asked|tell|told) you( to remember| to keep in mind| not to forget)?|what (should|must) you remember|what (is|was|were) the <kind> (i (asked|told) you( to remember)?|to remember|again)?|
            what (are|were) you supposed to remember|what (i|i have) (asked|told) you( to remember)?|the <kind> i (asked|told) you( to remember)?|what (do|did) you (have to)? remember|what (did|do) i want you to remember|
            (what|which) <kind> (should|did) you remember|(do you)? (still)? remember (the|my) <kind>|what was my <kind>
            """
        ) { found, occasion in notes(found, occasion) },
        Rule(
            "what do you (know|remember) about me|what have i told you (about me|about myself)?|what you know about me"
        ) { _, occasion in everything(occasion) },
    ]

    private static func named(_ found: Found, _ occasion: Occasion) -> String? {
        let asked = found.text("k")
        if let value = occasion.memory.recall(asked), Subject.named(asked) != nil {
            return "Your \(asked) is called \(value)."
        }
        guard let subject = Subject.named(asked) else { return nil }
        return "You have not told me what your \(subject) is called."
    }

    private static func favorite(_ found: Found, _ occasion: Occasion) -> String? {
        let words = found.words("s"), key = "favorite " + found.text("s")
        guard words.count <= 2, !words.contains(where: Names.isFunctionWord) else { return nil }
        let known = Set(occasion.memory.entries.map(\.subject)).filter { $0.hasPrefix("favorite ") }
        guard let subject = known.contains(key) ? key : Sounds.nearest(to: key, among: known, editsMax: 3) else {
            return found.heard.texts.first == "my" ? nil : "You have not told me your \(key)."
        }
        return occasion.memory.recall(subject).map { "Your \(subject) is \($0)." }
    }

    private static func notes(_ found: Found, _ occasion: Occasion) -> String? {
        let notes = occasion.memory.entries.filter { $0.subject == Subject.note }.map(\.value)
        var kind = found.has("kind") ? found.text("kind") : ""
        if !kind.isEmpty, kind != "thing", kind != "things" {
            guard notes.contains(where: { $0.hasPrefix("the \(kind)") }) || Self.kinds.contains(kind) else {
                return nil
            }
        } else {
            kind = ""
        }
        let chosen = kind.isEmpty ? notes : notes.filter { $0.hasPrefix("the \(kind)") }
        let isAboutMemory = found.heard.texts.contains { ["remember", "mind", "forget"].contains($0) }
        if chosen.isEmpty {
            return isAboutMemory ? "You have not asked me to remember \(kind.isEmpty ? "anything" : "a \(kind)")." : nil
        }
        return "You asked me to remember \(Sentence.list(chosen))."
    }

    private static let kinds: Set<String> = ["word", "number", "name", "code"]

    private static func everything(_ occasion: Occasion) -> String? {
        let told = occasion.memory.entries.map { entry in
            switch entry.subject {
            case Subject.note: "I should remember \(entry.value)"
            case Subject.home: "you live in \(entry.value)"
            case Subject.age: "you are \(entry.value)"
            case let subject where Subject.named(subject) != nil: "your \(subject) is called \(entry.value)"
            case let subject: "your \(subject) is \(entry.value)"
            }
        }
        return told.isEmpty
            ? "You have not told me anything about yourself yet." : Sentence.list(told.suffix(6)).capitalizedFirst + "."
    }
}
