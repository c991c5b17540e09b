// Exact numbers of bounded size.

/// A fraction in lowest terms. Both parts are at most `partMax`; what would be larger throws `SumTrouble.tooLarge`.
struct Rational: Sendable, Hashable, Comparable {
    static let partMax = 1_000_000_000_000_000
    static let zero = Rational(0), one = Rational(1)

    let numerator: Int
    /// Above zero.
    let denominator: Int

    init(_ integer: Int) {
        numerator = integer
        denominator = 1
    }

    init(_ numerator: Int, over denominator: Int) throws(SumTrouble) {
        if denominator == 0 { throw .divisionByZero }
        let divisor = Self.commonDivisor(numerator.magnitude, denominator.magnitude)
        let sign = denominator < 0 ? -1 : 1
        self.numerator = sign * (numerator / Int(divisor))
        self.denominator = sign * (denominator / Int(divisor))
        if abs(self.numerator) > Self.partMax || self.denominator > Self.partMax { throw .tooLarge }
    }

    /// Nil where it is no whole number.
    var integer: Int? { denominator == 1 ? numerator : nil }
    var isNegative: Bool { numerator < 0 }

    private static func commonDivisor(_ a: UInt, _ b: UInt) -> UInt {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }

    /// Products of two parts stay below 2^100: too large for `Int`, never for `Int128`.
    private init(wide numerator: Int128, _ denominator: Int128) throws(SumTrouble) {
        var (a, b) = (numerator.magnitude, denominator.magnitude)
        while b != 0 { (a, b) = (b, a % b) }
        let divisor = Int128(max(a, 1)), limit = Int128(Self.partMax)
        guard (numerator / divisor).magnitude <= limit.magnitude, denominator / divisor <= limit else {
            throw .tooLarge
        }
        self.numerator = Int(numerator / divisor)
        self.denominator = Int(denominator / divisor)
    }

    static func < (a: Rational, b: Rational) -> Bool {
        Int128(a.numerator) * Int128(b.denominator) < Int128(b.numerator) * Int128(a.denominator)
    }

    prefix static func - (a: Rational) -> Rational {
        var result = a
        result = Rational(unchecked: -a.numerator, a.denominator)
        return result
    }

    private init(unchecked numerator: Int, _ denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    func plus(_ b: Rational) throws(SumTrouble) -> Rational {
        try Rational(
            wide: Int128(numerator) * Int128(b.denominator) + Int128(b.numerator) * Int128(denominator),
            Int128(denominator) * Int128(b.denominator))
    }

    func minus(_ b: Rational) throws(SumTrouble) -> Rational { try plus(-b) }

    func times(_ b: Rational) throws(SumTrouble) -> Rational {
        try Rational(
            wide: Int128(numerator) * Int128(b.numerator), Int128(denominator) * Int128(b.denominator))
    }

    func over(_ b: Rational) throws(SumTrouble) -> Rational {
        if b.numerator == 0 { throw .divisionByZero }
        let sign: Int128 = b.numerator < 0 ? -1 : 1
        return try Rational(
            wide: sign * Int128(numerator) * Int128(b.denominator), sign * Int128(denominator) * Int128(b.numerator))
    }

    /// Whole exponents from -64 to 64.
    func power(_ exponent: Int) throws(SumTrouble) -> Rational {
        if abs(exponent) > 64 { throw .tooLarge }
        var result = Rational.one
        for _ in 0..<abs(exponent) { result = try result.times(self) }
        return exponent < 0 ? try Rational.one.over(result) : result
    }

    /// Rounded to `places` decimals, halves away from zero.
    func rounded(places: Int) -> Rational {
        let scale = (0..<places).reduce(Int128(1)) { product, _ in product * 10 }
        let doubled = Int128(numerator.magnitude) * scale * 2 + Int128(denominator)
        let steps = doubled / (2 * Int128(denominator))
        let sign: Int128 = numerator < 0 ? -1 : 1
        return (try? Rational(wide: sign * steps, scale)) ?? self
    }

    /// The square root: exact where it is a fraction, else to three decimals.
    func squareRoot() throws(SumTrouble) -> (value: Rational, isExact: Bool) {
        if numerator < 0 { throw .rootOfNegative }
        let top = Self.integerRoot(Int128(numerator)), bottom = Self.integerRoot(Int128(denominator))
        if top * top == Int128(numerator), bottom * bottom == Int128(denominator) {
            return (try Rational(wide: top, bottom), true)
        }
        let scaled = Int128(numerator) * 1_000_000 * 4 / Int128(denominator)
        return (try Rational(wide: (Self.integerRoot(scaled) + 1) / 2, 1000), false)
    }

    /// The largest integer whose square is not above `value`.
    private static func integerRoot(_ value: Int128) -> Int128 {
        var root = Int128(Double(value).squareRoot())
        while root * root > value { root -= 1 }
        while (root + 1) * (root + 1) <= value { root += 1 }
        return root
    }
}
