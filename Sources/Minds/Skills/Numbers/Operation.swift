// The four operations and their words.

enum Operation: Sendable {
    case plus, minus, times, over

    /// Every way to say and type them, also misheard ("my nuts").
    private static let spellings: [(String, Operation)] = [
        ("plus", .plus), ("pluss", .plus), ("+", .plus), ("added to", .plus), ("and", .plus), ("minus", .minus),
        ("my nuts", .minus), ("minis", .minus), ("mine us", .minus), ("-", .minus), ("take away", .minus),
        ("takeaway", .minus), ("less", .minus), ("times", .times), ("time", .times), ("thymes", .times),
        ("multiplied by", .times), ("multiplied with", .times), ("multiply by", .times), ("*", .times),
        ("x", .times), ("divided by", .over), ("divided buy", .over), ("divided bye", .over), ("divide by", .over),
        ("over", .over), ("/", .over),
    ]
    private static let words = spellings.map { (text, operation) in
        (text: text.split(separator: " ").map(String.init), operation: operation)
    }

    /// The operation that the words begin with, and how many words it takes.
    static func leading(_ texts: ArraySlice<String>) -> (operation: Operation, count: Int)? {
        words.first { texts.starts(with: $0.text) }.map { ($0.operation, $0.text.count) }
    }

    var bindsTightly: Bool { self == .times || self == .over }

    var spoken: String {
        switch self {
        case .plus: "plus"
        case .minus: "minus"
        case .times: "times"
        case .over: "divided by"
        }
    }

    func apply(_ a: Rational, _ b: Rational) throws(SumTrouble) -> Rational {
        switch self {
        case .plus: try a.plus(b)
        case .minus: try a.minus(b)
        case .times: try a.times(b)
        case .over: try a.over(b)
        }
    }
}
