// What can be remembered of a user.

/// Names of the subjects of `SkillMemory`.
enum Subject {
    static let name = "name", home = "home", note = "note", age = "age", birthday = "birthday"

    /// Whoever and whatever has a name that a user may tell.
    static let named: Set<String> = Set(
        """
        dog cat horse hamster rabbit bird parrot fish goldfish turtle pony puppy kitten pet guinea-pig snake mother mom mum father dad
        brother sister son daughter wife husband partner boyfriend girlfriend friend uncle aunt cousin grandmother grandma grandfather
        grandpa baby child boy girl neighbor boss teacher doctor colleague car boat bike school company street town village city band team
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// The subject under which the name of "best friend" is kept, or nil where the words name nothing of that kind.
    static func named(_ words: String) -> String? {
        let parts = words.split(separator: " ").map(String.init)
        let adjectives: Set<String> = [
            "best", "little", "big", "older", "younger", "old", "new", "oldest", "youngest", "first", "second",
        ]
        guard let last = parts.last, parts.count <= 2, named.contains(last) else { return nil }
        return parts.dropLast().allSatisfy(adjectives.contains) ? words : nil
    }
}
