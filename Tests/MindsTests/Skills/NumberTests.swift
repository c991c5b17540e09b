// Numbers: exact, bounded, and the same when they are said and heard again.

import Basics
import Testing

@testable import Minds

@Suite struct NumberTests {
    private func read(_ text: String) -> Rational? {
        NumberWords.value(text.split { $0 == " " || $0 == "-" }.map(String.init)[...])
    }

    @Test func whatIsSaidIsReadBack() {
        var random = Random(seed: 5)
        let numbers = Array(0...1200) + (0..<2000).map { _ in random.below(1_000_000) }
        for number in numbers {
            let spoken = SpokenNumber.spoken(number)
            #expect(spoken.contains(",") || read(spoken) == Rational(number), "\(number): \(spoken)")
        }
    }

    @Test(arguments: [
        ("one hundred and five", 105, 1), ("a hundred", 100, 1), ("fifteen hundred", 1500, 1), ("two and a half", 5, 2),
        ("three quarters", 3, 4),
        ("nine point five", 19, 2), ("point two five", 1, 4), ("three point fourteen", 157, 50),
        ("one point five million", 1_500_000, 1),
        ("minus four", -4, 1), ("two dozen", 24, 1), ("12", 12, 1), ("0.125", 1, 8), ("5 million", 5_000_000, 1),
        ("a third", 1, 3),
    ])
    func numbersAreRead(_ text: String, _ top: Int, _ bottom: Int) throws {
        #expect(try read(text) == Rational(top, over: bottom))
    }

    @Test(arguments: [
        "twenty thirty", "one two", "hundred", "and five", "five and", "three third", "one thirds", "point", "a", "",
        "one thousand thousand", "1.2.3", "two half",
    ])
    func otherWordsAreNone(_ text: String) { #expect(read(text) == nil) }

    @Test func arithmeticIsExactAndBounded() throws {
        let tenth = try Rational(1, over: 10), fifth = try Rational(1, over: 5)
        #expect(try tenth.plus(fifth) == Rational(3, over: 10))
        #expect(throws: SumTrouble.divisionByZero) { try tenth.over(.zero) }
        #expect(throws: SumTrouble.tooLarge) { try Rational(Rational.partMax).plus(.one) }
        #expect(try Rational(Rational.partMax).minus(.one).plus(.one) == Rational(Rational.partMax))
        #expect(throws: SumTrouble.rootOfNegative) { try Rational(-1).squareRoot() }
    }

    @Test func rootsAreExactWhereTheyCanBe() throws {
        #expect(try Rational(9, over: 16).squareRoot() == (try Rational(3, over: 4), true))
        for number in 1...500 {
            let (root, isExact) = try Rational(number).squareRoot()
            let square = try root.times(root)
            #expect(isExact == (square == Rational(number)))
            let error = try square.minus(Rational(number))
            #expect(max(error, -error) <= (try root.over(Rational(999))), "\(number)")
        }
    }

    @Test(arguments: [
        (1, 3, 2, "zero point three three"), (2, 3, 3, "zero point six six seven"), (-5, 2, 1, "minus two point five"),
        (1, 1000, 4, "zero point zero zero one"), (1999, 1000, 1, "two"),
    ])
    func decimalsAreRounded(_ top: Int, _ bottom: Int, _ places: Int, _ spoken: String) throws {
        #expect(SpokenNumber.spoken(try Rational(top, over: bottom), places: places) == spoken)
    }

    @Test(arguments: [
        (2026, "twenty twenty-six"), (2004, "two thousand four"), (1905, "nineteen oh five"),
        (1900, "nineteen hundred"), (2000, "two thousand"), (2010, "twenty ten"),
    ])
    func yearsAreSaid(_ year: Int, _ spoken: String) { #expect(SpokenNumber.year(year) == spoken) }
}
