// What a user says of themselves, as the assistant says it.

enum Pronouns {
    private static let turns = [
        "i": "you", "my": "your", "me": "you", "mine": "yours", "am": "are", "myself": "yourself", "your": "my",
        "yours": "mine",
        "i'm": "you're", "i've": "you've", "i'll": "you'll",
    ]

    /// "my car is here" as "your car is here".
    static func turned(_ text: String) -> String {
        let words = text.split(separator: " ").map { word in turns[word.lowercased()] ?? String(word) }
        return words.joined(separator: " ").replacing("you was", with: "you were")
    }
}
