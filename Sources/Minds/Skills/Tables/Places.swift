// Cities and their countries.

enum Places {
    /// "berlin", "the netherlands", "new york": what can be lived in.
    static func home(_ found: Found, _ place: String) -> String? {
        let words = found.words(place), text = found.text(place)
        if let country = CountryTable.exact(text) { return country.name }
        guard (1...3).contains(words.count), !words.contains(where: Names.isFunctionWord),
            !words.contains(where: states.contains),
            words.allSatisfy({ $0.allSatisfy { $0.isLetter || $0 == "'" } })
        else { return nil }
        return found.written(place).split(separator: " ").map { String($0).capitalizedFirst }.joined(separator: " ")
    }

    /// What people live in without its being a place.
    private static let states: Set<String> = [
        "fear", "poverty", "peace", "hope", "pain", "chaos", "luxury", "denial", "misery", "sin", "harmony", "exile",
        "darkness", "isolation", "silence",
        "hell", "paradise", "constant", "danger", "debt", "squalor", "shame", "style", "comfort", "europe", "asia",
        "africa", "town", "apartment",
        "house", "flat", "village", "city", "suburb", "countryside", "nature", "uncertainty", "happiness", "solitude",
        "times", "world", "building", "dreams",
    ]

    /// The country of a city or of a country itself.
    static func country(of place: String) -> String? {
        if let country = CountryTable.exact(place) { return country.name }
        if let country = CountryTable.countries.first(where: { $0.capital.lowercased() == place }) {
            return country.name
        }
        return cities[place].flatMap { CountryTable.exact($0)?.name }
    }

    private static let cities: [String: String] = {
        var result: [String: String] = [:]
        for line in table.split(separator: "\n") {
            let parts = line.split(separator: ":")
            for city in parts[1].split(separator: ",") { result[city.trimmed] = parts[0].trimmed }
        }
        return result
    }()

    private static let table = """
        germany: munich, hamburg, cologne, frankfurt, stuttgart, dresden, leipzig, bremen, hanover, nuremberg, dusseldorf, bonn, heidelberg, dortmund
        france: lyon, marseille, toulouse, nice, bordeaux, strasbourg, nantes, lille
        italy: milan, naples, turin, florence, venice, bologna, genoa, palermo
        spain: barcelona, valencia, seville, bilbao, malaga
        england: manchester, liverpool, birmingham, oxford, cambridge, bristol, leeds
        scotland: glasgow, aberdeen
        united states: new york, los angeles, chicago, boston, san francisco, seattle, houston, dallas, miami, philadelphia, denver, atlanta, san diego, las vegas, detroit, phoenix, austin, portland
        canada: toronto, vancouver, montreal, calgary, quebec
        australia: sydney, melbourne, brisbane, perth, adelaide
        china: shanghai, hong kong, shenzhen, guangzhou
        japan: osaka, kyoto, nagoya, yokohama, sapporo
        india: mumbai, bangalore, kolkata, chennai, hyderabad, pune
        brazil: rio de janeiro, sao paulo, salvador
        switzerland: zurich, geneva, basel, lausanne
        netherlands: rotterdam, the hague, utrecht
        poland: krakow, gdansk, wroclaw
        turkey: istanbul, izmir
        russia: saint petersburg
        south africa: johannesburg, durban
        austria: salzburg, graz, innsbruck
        belgium: antwerp, ghent, bruges
        nigeria: lagos
        pakistan: karachi, lahore
        israel: tel aviv, haifa
        united arab emirates: dubai
        portugal: porto
        sweden: gothenburg, malmo
        """
}

extension Substring {
    /// Without blanks around it.
    var trimmed: String {
        let start = drop { $0 == " " }
        return String(start[..<(start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.startIndex)])
    }
}
