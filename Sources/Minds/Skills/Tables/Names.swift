// Which words can be names.

enum Names {
    /// Words that are never a name on their own.
    private static let functionWords: Set<String> = words(
        """
        a an the this that these those my your his her its our their i you he she it we they me him us them not no yes and or but if so as at
        by for from in into of off on onto out over to up with about after again all also always am any are around away be because been before being
        can did do does done down else ever every few had has have here how if is just later less like many may maybe more most much must never
        none nor now once only other own please quite rather really same should since some soon still such than then there though through too under
        until very was well were what whatever when where which while who whom whose why will would yet back tomorrow today tonight something
        anything nothing someone somebody anybody nobody one going getting 's crazy stupid names anytime sometime whenever
        """)
    private static let adjectives: Set<String> = words(
        """
        important unimportant hard difficult easy long short common uncommon rare popular unknown secret private written spelled pronounced mispronounced
        boring beautiful ugly strange weird funny old new nice good bad tired hungry thirsty happy sad angry sick ill fine okay ok sorry sure afraid lonely
        bored busy ready late early home lost cold hot wrong right called named irrelevant confidential known famous changed misspelled missing
        old-fashioned fashioned names friend better worse better asap
        """)
    /// What a favorite thing cannot begin with.
    static let refusing: Set<String> = [
        "not", "when", "if", "what", "that", "to", "because", "how", "where", "no", "probably", "definitely", "hard",
        "a", "still", "one", "also", "better", "always",
    ]

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }

    static func isFunctionWord(_ word: String) -> Bool { functionWords.contains(word) }

    /// A person's name of one to three words, with capitals; nil where the words are something else.
    static func person(_ found: Found, _ place: String) -> String? { name(found, place) }

    static func name(_ found: Found, _ place: String) -> String? {
        let words = found.words(place)
        guard (1...3).contains(words.count), words.allSatisfy({ isNamePart($0) }) else { return nil }
        return found.written(place).split(separator: " ").map { String($0).capitalizedFirst }.joined(separator: " ")
    }

    private static func isNamePart(_ word: String) -> Bool {
        let isOther =
            functionWords.contains(word) || adjectives.contains(word) || word.hasSuffix("ing") && word.count > 5
        return !isOther && word.count <= 20 && word.allSatisfy { $0.isLetter || $0 == "'" }
    }

    /// Given names that are hardly ever another word, for "I am Anna".
    static func isGiven(_ word: String) -> Bool { given.contains(word) }

    private static let given: Set<String> = words(
        """
        adam alan albert alex alexander alice alicia amanda amy andrea andrew angela anita ann anna anne annie anthony antonio arthur barbara ben benjamin
        bernard betty bob brandon brian bruce carl carla carlos carmen carol caroline catherine charles charlie charlotte chloe chris christian christina
        christine christopher claire clara claudia colin daniel daniela david deborah dennis diana diego dominic donald dorothy douglas edward elena eleanor
        elizabeth ella ellen emily emma eric erik ethan eva evelyn felix fiona francesca francis frank fred frederick gabriel gary george gerald gloria
        gordon grace greg gregory hannah harold helen henry hugo ian irene isaac isabel isabella ivan jack jacob james jane janet jason jean jeff jennifer
        jeremy jerry jessica jim joan joe john jonathan jose joseph joshua juan judith julia julian julie karen karl kate katherine kathleen keith kelly
        kenneth kevin kim kyle larry laura lauren lawrence leo leonard liam linda lisa louis louise lucas lucia lucy luis luke marco margaret maria marie
        mario marion marta martha martin mary matthew max megan melissa michael michelle miguel mike mohammed monica nancy natalie nathan nicholas nicole
        nina noah nora oliver olivia oscar pamela patricia patrick paul paula pedro peter philip rachel ralph raymond rebecca richard robert roger ronald
        rosa ruth ryan sam samantha samuel sandra sarah scott sean sebastian sharon simon sofia sophia sophie stephanie stephen steven susan teresa theo
        theodore theresa thomas timothy tom tony vanessa veronica victor victoria vincent virginia walter wendy william yvonne zoe anton lena lukas
        """)
}
