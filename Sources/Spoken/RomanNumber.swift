// Roman numerals, in their canonical form only.

enum RomanNumber {
    /// The value of each part, and how often it may repeat.
    private static let parts = [
        (1000, "M", 3), (900, "CM", 1), (500, "D", 1), (400, "CD", 1), (100, "C", 3), (90, "XC", 1), (50, "L", 1),
        (40, "XL", 1), (10, "X", 3), (9, "IX", 1), (5, "V", 1), (4, "IV", 1), (1, "I", 3),
    ].map { (number: $0.0, letters: Array($0.1.utf8), timesMax: $0.2) }

    private static let bytes = Set("IVXLCDM".utf8)

    /// Nil if the letters are not a canonical Roman numeral.
    static func value(_ letters: String) -> Int? {
        guard letters.utf8.count <= 12, letters.utf8.allSatisfy({ bytes.contains($0) }) else { return nil }
        var rest = Array(letters.utf8)[...], value = 0
        for part in parts {
            var times = 0
            while times < part.timesMax, rest.starts(with: part.letters) {
                rest = rest.dropFirst(part.letters.count)
                (value, times) = (value + part.number, times + 1)
            }
        }
        return rest.isEmpty && value > 0 ? value : nil
    }
}
