// Words that a recogniser writes for a number that sounds like them.

/// Accepted only where a phrase needs a number.
enum Homophones {
    private static let numbers = [
        "won": 1, "to": 2, "too": 2, "tu": 2, "free": 3, "tree": 3, "for": 4, "fore": 4, "fife": 5, "hive": 5, "sex": 6,
        "sicks": 6, "sick": 6, "ate": 8, "ait": 8, "nigh": 9, "nein": 9, "nine's": 9, "tin": 10, "ten's": 10,
    ]

    static func number(_ word: String) -> Int? { numbers[word] }
}
