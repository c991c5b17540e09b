// Two writings of the same speech are equal, and different speech is not.

import Testing

@testable import Evaluation

@Suite struct PlainWordsTests {
    @Test(arguments: [
        ("Can I have a 16-ounce coffee?", "can i have a sixteen ounce coffee"),
        ("I'd like 2 shots.", "i would like two shots"), ("It's OK, isn't it?", "it is okay is not it"),
        ("You can't log in.", "You cannot login"), ("I’m sure they’ll call.", "I am sure they will call"),
        ("Mr. Smith has 3 e-mails", "mister smith has three e mails"),
        ("ALRIGHT — let's go!", "all right let us go"), ("20% of $5", "twenty percent of five dollars"),
        ("re-record the filename", "rerecord the file name"), ("", ""), ("  …  ", ""),
    ])
    func whatIsSaidAlikeIsEqual(_ one: String, _ other: String) {
        #expect(PlainWords.of(one) == PlainWords.of(other))
    }

    @Test(arguments: [
        ("I can log in", "I can't log in"), ("fifteen", "50"), ("the agent's name", "the agent is name"),
        ("mocha", "mocker"), ("it is", "it was"),
    ])
    func whatIsSaidDifferentlyIsNot(_ one: String, _ other: String) {
        #expect(PlainWords.of(one) != PlainWords.of(other))
    }

    @Test func errorsAreCountedPerWordSaid() {
        let figure = Quantities.errorRate(
            "x", [("I want two coffees", "i want 2 coffees please"), ("no milk", ""), ("it's hot", "it is hot")])
        #expect(figure.n == 9 && abs(figure.value! - 3.0 / 9) < 1e-9)
        #expect(Quantities.errorRate("x", []).value == nil)
    }
}
