// Forgetting what was told.

enum Forgetting: Skill {
    static let name = "forgetting"

    static let rules: [Rule] = [
        Rule(
            """
            (forget|delete|erase|clear) (everything|all)( i (told|have told|said|have said)( to)?( you)?| about me| you know( about me)?| that i told you| that i said)?|
            forget (what|all the things) i (told|said)( to)?( you)?|(forget|delete|erase|clear) (your|my|the) (memory|data|facts)|forget me|forget all about me
            """
        ) { _, occasion in
            occasion.memory.forgetEverything()
            return "I have forgotten everything that you told me."
        },
        Rule("(forget|delete|erase) my <s+>( 's name)?|forget (where i live|how old i am)") { found, occasion in
            let asked = found.has("s") ? found.text("s") : found.heard.texts.last == "live" ? Subject.home : Subject.age
            let aliases = [asked, asked.replacing(" name", with: ""), asked.replacing(" 's name", with: "")]
            guard let subject = aliases.first(where: { occasion.memory.recall($0) != nil }) else {
                return asked == Subject.name || Subject.named(asked) != nil || asked.hasPrefix("favorite ")
                    ? "I do not know your \(asked), so there is nothing to forget." : nil
            }
            _ = occasion.memory.forget(subject)
            return "I have forgotten your \(asked)."
        },
        Rule(
            "forget (the|that) (word|number|name|code|words|numbers|sentence)( <v+>)?|forget what i asked you to remember|forget what you should remember"
        ) { _, occasion in
            occasion.memory.forget(Subject.note)
                ? "I have forgotten what I should remember." : "There is nothing that I should remember."
        },
    ]
}
