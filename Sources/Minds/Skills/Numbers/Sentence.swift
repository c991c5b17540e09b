// Small things that sentences need.

extension String {
    /// With a capital letter in front.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

enum Sentence {
    /// "three days", "one day".
    static func count(_ number: Int, _ noun: String) -> String {
        SpokenNumber.spoken(number) + " " + noun + (abs(number) == 1 ? "" : "s")
    }

    /// "a, b and c".
    static func list(_ items: [String]) -> String {
        guard items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
    }
}
