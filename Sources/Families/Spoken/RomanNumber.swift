// Roman numbers, in the one way of writing each.

enum RomanNumber {
    private static let parts = [
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
        (9, "IX"), (5, "V"),
        (4, "IV"), (1, "I"),
    ]

    private static let bytes = Set("IVXLCDM".utf8)

    /// Nil where the letters are none, or not as they are written.
    static func value(_ letters: String) -> Int? {
        guard letters.utf8.count <= 12, letters.utf8.allSatisfy({ bytes.contains($0) }) else { return nil }
        var rest = Substring(letters), value = 0
        for (number, part) in parts {
            var times = 0
            while rest.hasPrefix(part), times < (part.utf8.count > 1 || "DLV".contains(part) ? 1 : 3) {
                rest = rest.dropFirst(part.utf8.count)
                (value, times) = (value + number, times + 1)
            }
        }
        return rest.isEmpty && value > 0 ? value : nil
    }
}
