// Why a sum has no answer.

enum SumTrouble: Error, Hashable {
    case divisionByZero
    /// Beyond `Rational.partMax`.
    case tooLarge
    case rootOfNegative

    var spoken: String {
        switch self {
        case .divisionByZero: "Nothing can be divided by zero, so there is no answer."
        case .tooLarge: "The answer is too large for me to work out exactly."
        case .rootOfNegative: "A negative number has no real square root."
        }
    }
}
