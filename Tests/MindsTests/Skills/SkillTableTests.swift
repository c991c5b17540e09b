// Tables of facts.

import Testing

@testable import Minds

@Suite struct SkillTableTests {
    /// Reading a rule's phrase checks its notation.
    @Test func everyRuleIsWellFormed() { #expect(Skills.all.flatMap { $0.rules }.count > 120) }

    @Test func everyCountryHasOneEntry() {
        let keys = CountryTable.countries.flatMap(\.keys)
        #expect(CountryTable.countries.count >= 200)
        #expect(Set(keys).count == keys.count)
        for country in CountryTable.countries {
            #expect(CountryTable.country(country.name.lowercased())?.name == country.name)
        }
    }

    @Test(arguments: [
        "tennessee", "maine", "texas", "georgia state", "bavaria", "the moon", "nowhere", "crime", "a company", "mars",
        "new york", "washington", "ohio",
        "punishment", "wisconsin", "narnia", "atlantis",
    ])
    func whatIsNoCountryHasNoCapital(_ name: String) { #expect(CountryTable.country(name) == nil) }

    @Test func opposites() {
        #expect(
            OppositeTable.opposite(of: "hot")?.other == "cold" && OppositeTable.opposite(of: "cold")?.other == "hot")
        #expect(OppositeTable.opposite(of: "banana") == nil)
    }

    @Test(arguments: [
        ("mile", "kilometer", 1, "one point six one kilometers"),
        ("fahrenheit", "celsius", 212, "one hundred degrees Celsius"), ("pound", "ounce", 1, "sixteen ounces"),
        ("cup", "tablespoon", 1, "sixteen tablespoons"), ("tablespoon", "teaspoon", 1, "three teaspoons"),
        ("gallon", "pint", 1, "eight pints"), ("stone", "pound", 1, "fourteen pounds"),
    ])
    func unitsAreExact(_ from: String, _ to: String, _ value: Int, _ spoken: String) throws {
        let source = try #require(Measure.named(from)), target = try #require(Measure.named(to))
        #expect(target.spoken(try #require(try source.convert(Rational(value), to: target)), places: 2) == spoken)
        #expect(try source.convert(.one, to: try #require(Measure.named("byte"))) == nil)
    }
}
