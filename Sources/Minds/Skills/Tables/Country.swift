// A country and its capital.

struct Country: Sendable {
    /// As it is spoken within a sentence: "the Netherlands".
    let name: String
    /// Lower case, without "the".
    let keys: [String]
    let capital: String
    /// Where one name would not be the truth.
    let note: String?

    var sentence: String { note ?? "The capital of \(name) is \(capital)." }
}
