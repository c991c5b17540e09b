// What users tell about themselves, and words that they want remembered.

enum Remembering: Skill {
    static let name = "remembering"

    static let rules: [Rule] = [
        Rule("my name is <v+> and (i live in|i am from) <home+>") { found, occasion in
            guard let name = Names.person(found, "v"), let home = Places.home(found, "home") else { return nil }
            guard occasion.memory.remember(name, as: Subject.name), occasion.memory.remember(home, as: Subject.home)
            else { return nil }
            return "Nice to meet you, \(name) from \(home)."
        },
        Rule(
            """
            (and)? my (first|full)? name is <v+>|(and)? (you (can|may|should)|please|just)? call me <v+>|(people|my friends|everyone|everybody|they) (usually)? (call|refer to) me (as)? <v+>|i am called <v+>|(my name 's|my names|my nickname is) <v+>|<v+> is my name|
            (refer to|address|speak to) me (as|by the name) <v+>|i (prefer to|like to) (go by|be called) <v+>|(i want|to|i like|i prefer to) (to)? be called (by)? <v+>|be called <v+>|(only|start)? (call|calling) me <v+> (from now on|instead)|only call me <v+>|change my name to <v+>|
            i go by the name (of)? <v+>|the name i go by is <v+>|you can (refer to|address) me as <v+>|
            (my name is )?i am (called|named) <v+>|i go by <v+>|the name is <v+>
            """
        ) { found, occasion in Names.person(found, "v").flatMap { keep(name: $0, &occasion) } },
        Rule("i am <v>|it is <v> here|this is <v>( speaking| here)?") { found, occasion in
            Names.isGiven(found.text("v")) ? Names.person(found, "v").flatMap { keep(name: $0, &occasion) } : nil
        },
        Rule(
            """
            (i|we) (have|have got|got|own) (a|an|one) <k+> (called|named|whose name is) <v+>|my <k+> is (called|named) <v+>|my <k+> 's name is <v+>|my <k> name is <v+>|
            the name of my <k+> is <v+>|(i|we) call my <k+> <v+>|(i|we) (have|have got) (a|an) <k+> and (his|her|its|the) name is <v+>
            """
        ) { found, occasion in
            guard let subject = Subject.named(found.text("k")), let value = Names.name(found, "v") else { return nil }
            guard occasion.memory.remember(value, as: subject) else { return nil }
            return "I will remember that your \(subject) is called \(value)."
        },
        Rule("my favorite <s+> is <v+>") { found, occasion in favorite(found, &occasion) },
        Rule("i (live|am living) in <v+>") { found, occasion in
            guard let home = Places.home(found, "v"), occasion.memory.remember(home, as: Subject.home) else {
                return nil
            }
            return "I will remember that you live in \(home)."
        },
        Rule("(i am|my age is) <n#> years old") { found, occasion in
            guard let age = found.integer("n"), (1...120).contains(age) else { return nil }
            let value = Sentence.count(age, "year") + " old"
            return occasion.memory.remember(value, as: Subject.age) ? "I will remember that you are \(value)." : nil
        },
        Rule("my birthday is (on)? <d+>|i was born on <d+>") { found, occasion in
            guard let (month, day) = CalendarWords.date(found.words("d")),
                let date = CivilDate(year: 2000, month: month, day: day)
            else { return nil }
            let value = CalendarWords.spokenDay(date).replacing("-", with: " ")
            return occasion.memory.remember(value, as: Subject.birthday)
                ? "I will remember that your birthday is \(CalendarWords.spokenDay(date))." : nil
        },
        Rule("(remember|do not forget|memorize|keep in mind|note) (the <kind> <v+>|(that|this)? (the <kind> is) <v+>)")
        { found, occasion in
            note(found, &occasion)
        },
        Rule("(remember|do not forget|keep in mind|memorize|note) (that|this) <v+>") { found, occasion in
            note("that " + Pronouns.turned(found.written("v")), &occasion)
        },
        Rule("(remember|memorize) <n#>") { found, occasion in note("the number " + found.text("n"), &occasion) },
    ]

    private static func keep(name: String, _ occasion: inout Occasion) -> String? {
        occasion.memory.remember(name, as: Subject.name) ? "Nice to meet you, \(name). I will remember your name." : nil
    }

    private static func favorite(_ found: Found, _ occasion: inout Occasion) -> String? {
        let subject = found.words("s"), value = found.words("v")
        guard subject.count <= 2, value.count <= 4, !subject.contains(where: Names.isFunctionWord),
            !Names.refusing.contains(value[0]), value.allSatisfy({ $0.first?.isLetter == true || Int($0) != nil })
        else { return nil }
        let key = "favorite " + found.text("s"), text = found.written("v")
        return occasion.memory.remember(text, as: key) ? "I will remember that your \(key) is \(text)." : nil
    }

    private static let kinds: Set<String> = [
        "word", "words", "number", "numbers", "name", "names", "color", "letter", "code", "date", "sentence", "phrase",
    ]

    private static func note(_ found: Found, _ occasion: inout Occasion) -> String? {
        let kind = found.text("kind")
        guard kinds.contains(kind), !["for", "of", "is", "that", "when"].contains(found.words("v")[0]) else {
            return nil
        }
        return note("the \(kind) " + found.written("v"), &occasion)
    }

    private static func note(_ value: String, _ occasion: inout Occasion) -> String? {
        let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || " '’.".contains($0) }
        guard isPlain else { return nil }
        guard occasion.memory.remember(value, as: Subject.note) else { return nil }
        return "I will remember \(value)."
    }
}
