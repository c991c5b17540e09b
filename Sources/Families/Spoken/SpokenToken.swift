// A piece of written text: letters, digits or one sign.

struct SpokenToken: Equatable {
    enum Kind: UInt8 {
        /// a to z in either case, apostrophes within gone.
        case letters
        /// 0 to 9.
        case digits
        /// Anything else, in one way of writing: "-" also for a hyphen of its own.
        case sign
        /// Digits set high, with a "-" before them if there is one.
        case power
        /// A character that is a fraction, as "1/2".
        case fraction
        /// A character by its name: words, with spaces between them.
        case name
    }

    /// What stands before it.
    enum Gap: UInt8 { case none, narrow, space, line }

    /// How letters are written.
    enum Letters: UInt8 { case lower, capital, upper, mixed }

    var kind: Kind
    var text: String
    /// The text in small letters.
    var small: String
    var gap: Gap
    var letters = Letters.lower
    /// An apostrophe was between its letters.
    var isElided = false

    init(_ kind: Kind, _ text: String, gap: Gap) {
        (self.kind, self.text, small, self.gap) = (kind, text, text, gap)
    }

    var isGlued: Bool { gap == .none }
    var isNumber: Bool { kind == .digits || kind == .fraction }

    func isSign(_ sign: String) -> Bool { kind == .sign && text == sign }
}
