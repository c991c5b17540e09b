// The notation of phrases, and how requests become words.

import Testing

@testable import Minds

@Suite struct PhraseTests {
    private func match(_ phrase: Phrase, _ request: String) -> Found? { Heard(request).flatMap(phrase.match) }

    @Test func thePhraseMustBeTheWholeRequest() {
        let phrase: Phrase = "what is (the)? (opposite|antonym) of <w>"
        #expect(match(phrase, "what is opposite of hot")?.text("w") == "hot")
        #expect(match(phrase, "What is the antonym of Hot?")?.written("w") == "Hot")
        #expect(match(phrase, "what is the opposite of hot air") == nil)
        #expect(match(phrase, "so what is the opposite of hot") == nil)
        #expect(match(phrase, "what is the opposite of") == nil)
    }

    @Test func placesTakeWhatFits() {
        #expect(match("convert <a+> to <b+>", "convert five feet to long miles")?.text("b") == "long miles")
        #expect(match("add <a#> and <b#>", "add one hundred and five and six")?.integer("a") == 105)
        #expect(match("the sum of <a#> and <b#>", "the sum of three hundred and five")?.integer("a") == 300)
        #expect(match("say <a#>", "say hello") == nil)
        #expect(match("add <a~> to <b~>", "add for to that")?.text("a") == "for")
    }

    @Test(arguments: [
        ("What's 7*8?", ["what", "is", "7", "*", "8"]), ("I’m  Anna's friend.", ["i", "am", "anna", "'s", "friend"]),
        ("1,000.5 + -2", ["1000.5", "+", "-", "2"]), ("twenty-one", ["twenty", "one"]), ("the 2nd", ["the", "2nd"]),
        ("you can't, colour!", ["you", "can", "not", "color"]), ("5km", ["5", "km"]), ("1,2", ["1", "2"]),
        ("20°C", ["20", "degrees", "c"]),
        ("a<|b", ["a", "<", "|", "b"]),
    ])
    func requestsBecomeWords(_ request: String, _ words: [String]) { #expect(Heard(request)?.texts == words) }

    @Test func courtesiesAreTakenOff() throws {
        let heard = try #require(Heard("hello, can you please tell me what the capital of france is, please?"))
        #expect(heard.readings.first?.texts == heard.texts)
        #expect(heard.readings.last?.texts == ["what", "is", "the", "capital", "of", "france"])
    }

    @Test func misheardWordsAreFoundOnlyWhereOneFits() {
        #expect(Sounds.nearest(to: "a pearl", among: CalendarWords.months, editsMax: 3) == "april")
        #expect(Sounds.nearest(to: "pearl", among: ["april", "paris"]) == nil)
        #expect(Sounds.nearest(to: "nigera", among: ["niger", "nigeria"]) == nil)
        #expect(Sounds.distance("kitten", "sitting") == 3)
    }
}
