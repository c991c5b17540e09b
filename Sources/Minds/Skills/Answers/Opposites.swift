// Opposites of common words.

enum Opposites: Skill {
    static let name = "opposites"

    static let rules: [Rule] = [
        Rule(
            "(what is|what are|whats|tell me)? the (opposite|antonym) (of|off|to|for) (the word)? <w>|(the)? opposite (of|off) (the word)? <w>|what is (the word)? <w> 's opposite|what is opposite to <w>|(and)? (what about)? (the opposite)? of <w>"
        ) {
            found, occasion in
            let isFollowing = !found.heard.texts.contains { $0 == "opposite" || $0 == "antonym" }
            guard !isFollowing || occasion.memory.topic == .opposite,
                let (word, other) = OppositeTable.opposite(of: found.text("w"))
            else { return nil }
            occasion.memory.topic = .opposite
            return "The opposite of \(word) is \(other)."
        }
    ]
}
