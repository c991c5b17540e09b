// "Repeat after me" and "say that again".

enum Repeating: Skill {
    static let name = "repeating"
    static let charactersMax = 200

    static let rules: [Rule] = [
        Rule(
            "(repeat|say) after me <what+>|repeat (this|the following|the sentence|the words|the word|these words) <what+>|say the (word|words|sentence) <what+>"
        ) { found, _ in
            echo(found.heard, found.written("what"))
        },
        Rule("(repeat|say) after me|repeat (this|the following)") { _, occasion in
            occasion.memory.topic = .awaitingWords
            return "I am listening."
        },
        Rule(
            """
            (say|repeat) (that|it|this) (once more|again|one more time|please again)|repeat (that|it|yourself|your answer|what you said|the answer|your last sentence|the last sentence)|say again|
            what did you (say|just say)|what (was that|was it) again|what was that|pardon( me)?|i beg your pardon|come again|again|once more|one more time|
            (repeat|say) (that|it) (for me )?(slowly|slower|louder|clearly)|i (did not|could not|can not) (hear|understand|catch|get) (you|that|it|what you said)|sorry what( was that| did you say)?|
            what did you say (again|just now)|say that
            """
        ) { _, occasion in occasion.memory.lastAnswer },
    ]

    /// What was said after "repeat after me".
    static func repeated(_ heard: Heard, _ occasion: inout Occasion) -> String? {
        occasion.memory.topic = .none
        return echo(heard, heard.written(0..<heard.words.count))
    }

    /// Only letters, digits and apostrophes come back: no marks that mean something to a model or a protocol.
    private static func echo(_ heard: Heard, _ written: String) -> String? {
        let isPlain = written.allSatisfy { $0.isLetter || $0.isNumber || $0 == " " || $0 == "'" || $0 == "’" }
        return isPlain && written.count <= charactersMax && !Refusing.concerns(heard)
            ? written.capitalizedFirst + "." : nil
    }
}
