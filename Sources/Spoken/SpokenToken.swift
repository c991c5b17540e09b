// A token of written text: letters, digits or one sign.

struct SpokenToken: Equatable {
    enum Kind: UInt8 {
        /// Letters a to z in either case, with inner apostrophes removed.
        case letters
        /// 0 to 9.
        case digits
        /// Anything else, in its normal form: "-" also stands for Unicode's own hyphen.
        case sign
        /// Superscript digits, preceded by "-" if the exponent is negative.
        case power
        /// A fraction character, as "1/2".
        case fraction
        /// A character said by name: words separated by spaces.
        case name
    }

    /// The space before the token.
    enum Gap: UInt8 { case none, narrow, space, line }

    /// The case of letters.
    enum Letters: UInt8 { case lower, capital, upper, mixed }

    var kind: Kind
    var text: String
    /// The text in lower case.
    var small: String
    var gap: Gap
    var letters = Letters.lower
    /// Whether an apostrophe was removed from between its letters.
    var isElided = false

    init(_ kind: Kind, _ text: String, gap: Gap) {
        (self.kind, self.text, small, self.gap) = (kind, text, text, gap)
    }

    var isGlued: Bool { gap == .none }
    var isNumber: Bool { kind == .digits || kind == .fraction }

    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
}
