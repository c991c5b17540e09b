// Counts the words that differ between two texts.

/// Levenshtein distance over words.
enum WordErrors {
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
