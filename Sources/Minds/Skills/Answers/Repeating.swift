// "Repeat after me" and "say that again".

enum Repeating: Skill {
    static let name = "repeating"
    static let charactersMax = 200

    private static let apology = """
        ((sorry|excuse me)? i (did not|could not|can not|do not) (quite)? (hear|understand|catch|get) (you|that|it|what you said|what you just said|that last one)?|i missed (that|it|what you said)|i am sorry)
        """
    private static let thing = """
        (that|it|this|yourself|what you( just)? (said|told me|say|mentioned)|(your|the|that) (last )?(answer|question|sentence|response|message|phrase|thing|one)( you (said|told me))?)
        """
    private static let again = """
        ((say|repeat|restate|replay|ask|tell me) \(thing) (over|once)? (again|once more|one more time|over|more|louder|slowly|slower|clearly|another time)( slowly| louder| for me)?|(repeat|restate|replay) \(thing)( for me)?|(repeat|say again|just )?(one more time|once more|another time)|repeat|say again|
        repeat again|what (did you|you) (just )?(say|said|mention)( again| just now)?|what was (that|it)( last thing| you just said| you said| again)?( you said| you just said)?|what was (the|your) (question|answer)( again)?)
        """

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
            \(apology)? (please)? (can you|could you|will you|would you)? (please)? \(again)( please)?|i (did not|could not|can not) (quite)? (hear|catch) (you|that|it|what you said|what you just said)?|i missed (that|what you said)|pardon( me)?|i beg your pardon|come again( with that)?|again|sorry what( was that| did you say)?|say that
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
