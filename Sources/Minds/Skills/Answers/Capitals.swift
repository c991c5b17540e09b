// Capitals of countries.

enum Capitals: Skill {
    static let name = "capitals"

    static let rules: [Rule] = [
        Rule(
            "(what|which|who) is the capital (city)? (of|off) <c+>|(what is)? (the)? capital (city)? (of|off) <c+>|(and|what about|how about) (the capital)? (of|off)? <c+>|(and)? (of|off) <c+>|what is <c+> 's capital( city)?|(what|which) city is the capital of <c+>"
        ) {
            found, occasion in
            let isFollowing = !found.heard.texts.contains("capital")
            guard !isFollowing || occasion.memory.topic == .capital, let country = CountryTable.country(found.text("c"))
            else { return nil }
            occasion.memory.topic = .capital
            return country.sentence
        },
        Rule(
            "(what|which) country is <c+> the capital of|(what|which) country has <c+> as its capital|<c+> is the capital of (what|which) country|<c+> is the capital of what|what is <c+> the capital of"
        ) { found, _ in
            CountryTable.countries.first { $0.capital.lowercased() == found.text("c") }.map {
                "\($0.capital) is the capital of \($0.name)."
            }
        },
    ]
}
