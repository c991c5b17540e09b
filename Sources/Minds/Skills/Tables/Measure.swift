// Units and their sizes.

/// A unit of length, mass, volume, time or temperature.
struct Measure: Sendable {
    enum Kind: Sendable { case length, mass, volume, time, months, temperature, bytes }

    let kind: Kind
    /// "mile", "miles", and other names.
    let names: [String]
    /// In the kind's base unit (meter, gram, liter, second, month, degree Celsius, byte); exact.
    let size: Rational
    /// Added before the size applies: zero but for Fahrenheit and Kelvin.
    var offset = Rational.zero

    static func named(_ words: String) -> Measure? {
        all.first { $0.names.contains(words) }
            ?? misheard[words].flatMap { name in all.first { $0.names.contains(name) } }
    }

    /// Only where a unit must stand.
    private static let misheard = [
        "weak": "week", "weaks": "weeks", "our": "hour", "ours": "hours", "feat": "feet", "yeard": "yard",
    ]

    /// The volume of the same name; itself where there is none.
    var fluid: Measure { names[0] == "ounce" ? Self.all.first { $0.names[0] == "fluid ounce" } ?? self : self }

    /// `value` of this unit in another of its kind; nil for another kind.
    func convert(_ value: Rational, to other: Measure) throws(SumTrouble) -> Rational? {
        guard kind == other.kind else { return nil }
        return try value.plus(offset).times(size).over(other.size).minus(other.offset)
    }

    func spoken(_ value: Rational, places: Int) -> String {
        SpokenNumber.spoken(value, places: places) + " " + (value == .one ? names[0] : names[1])
    }

    private static func unit(_ kind: Kind, _ top: Int, _ bottom: Int, _ names: String, offset: Rational = .zero)
        -> Measure?
    {
        (try? Rational(top, over: bottom)).map { size in
            Measure(kind: kind, names: names.split(separator: ",").map(String.init), size: size, offset: offset)
        }
    }

    /// International yard and pound of 1959; US gallon and pint.
    private static let all: [Measure] = [
        unit(.length, 1, 1000, "millimeter,millimeters,mm"), unit(.length, 1, 100, "centimeter,centimeters,cm"),
        unit(.length, 1, 1, "meter,meters,m"), unit(.length, 1000, 1, "kilometer,kilometers,km,kilometers per hour"),
        unit(.length, 254, 10000, "inch,inches"), unit(.length, 3048, 10000, "foot,feet,ft"),
        unit(.length, 9144, 10000, "yard,yards"), unit(.length, 1_609_344, 1000, "mile,miles"),
        unit(.mass, 1, 1000, "milligram,milligrams,mg"), unit(.mass, 1, 1, "gram,grams,g"),
        unit(.mass, 1000, 1, "kilogram,kilograms,kg,kilo,kilos"),
        unit(.mass, 1_000_000, 1, "metric ton,metric tons,tonne,tonnes"),
        unit(.mass, 45_359_237, 1_600_000, "ounce,ounces,oz"), unit(.mass, 45_359_237, 100_000, "pound,pounds,lb,lbs"),
        unit(.mass, 635_029_318, 100_000, "stone,stones"),
        unit(.volume, 1, 1000, "milliliter,milliliters,ml"), unit(.volume, 1, 1, "liter,liters,l"),
        unit(.volume, 3_785_411_784, 1_000_000_000, "gallon,gallons"),
        unit(.volume, 473_176_473, 1_000_000_000, "pint,pints"),
        unit(.volume, 946_352_946, 1_000_000_000, "quart,quarts"),
        unit(.volume, 2_365_882_365, 10_000_000_000, "cup,cups"),
        unit(.volume, 295_735_295_625, 10_000_000_000_000, "fluid ounce,fluid ounces"),
        unit(.volume, 1_478_676_478_125, 100_000_000_000_000, "tablespoon,tablespoons"),
        unit(.volume, 492_892_159_375, 100_000_000_000_000, "teaspoon,teaspoons"),
        unit(.time, 1, 1000, "millisecond,milliseconds,ms"), unit(.time, 1, 1, "second,seconds"),
        unit(.time, 60, 1, "minute,minutes"), unit(.time, 3600, 1, "hour,hours"), unit(.time, 86400, 1, "day,days"),
        unit(.time, 604_800, 1, "week,weeks"), unit(.time, 1_209_600, 1, "fortnight,fortnights"),
        unit(.months, 1, 1, "month,months"), unit(.months, 12, 1, "year,years"),
        unit(.months, 120, 1, "decade,decades"),
        unit(.months, 1200, 1, "century,centuries"), unit(.months, 12000, 1, "millennium,millennia"),
        unit(
            .temperature, 1, 1,
            "degree Celsius,degrees Celsius,celsius,degrees celsius,degree celsius,centigrade,degrees centigrade,c,degrees c"
        ),
        unit(
            .temperature, 5, 9,
            "degree Fahrenheit,degrees Fahrenheit,fahrenheit,degrees fahrenheit,degree fahrenheit,f,degrees f",
            offset: Rational(-32)),
        unit(.bytes, 1, 1, "byte,bytes"), unit(.bytes, 1000, 1, "kilobyte,kilobytes"),
        unit(.bytes, 1_000_000, 1, "megabyte,megabytes"),
        unit(.bytes, 1_000_000_000, 1, "gigabyte,gigabytes"),
    ].compactMap { $0 }
}
