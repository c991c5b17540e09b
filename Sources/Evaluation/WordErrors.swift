// Counts the words that differ between two texts.

/// Levenshtein distance over words.
public enum WordErrors {
    /// Words of `wanted`, and how many of them are wrong, missing or too many in `said`; both are read as `PlainWords`.
    public static func count(wanted: String, said: String) -> (words: Int, wrong: Int) {
        let wanted = PlainWords.of(wanted)
        return (wanted.count, count(wanted, PlainWords.of(said)))
    }

    /// Substitutions, insertions and deletions that turn `said` into `wanted`.
    static func count(_ wanted: [String], _ said: [String]) -> Int {
        var row = Array(0...said.count)
        for (i, word) in wanted.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in said.enumerated() {
                let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (word == other ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[said.count]
    }
}
