// English text to phonemes.

import Foundation
import Testing
import Transformer

@testable import Synthesis

@Suite struct PronouncerTests {
    private static let lexicon = Lexicon([
        "cat": "kˈæt", "stop": "stˈɑp", "kiss": "kˈɪs", "like": "lˈIk", "happy": "hˈæpi", "Paris": "pˈɛɹəs",
        "bird": "bˈɜɹd",
        "five": "fˈIv", "water": "wˈɔTəɹ", "sea": "sˈi", "fish": "fˈɪʃ", "year": "jˈɪɹ", "don't": "dˈOnt",
        "need": "nˈid",
        "doctor": "dˈɑktəɹ", "smith": "smˈɪθ", "egg": "ˈɛɡ", "create": "kɹiˈAt", "median": "mˈidiən", "B": "bˈi",
        "C": "sˈi",
    ])
    private static let pronouncer = Pronouncer(lexicon: lexicon)

    private static func said(_ text: String) -> [String] {
        pronouncer.sentences(text).map { String(String.UnicodeScalarView($0.phonemes)) }
    }

    @Test(arguments: [
        ("A cat. Paris!", ["ɐ kˈæt.", "pˈɛɹəs!"]), ("the cat, the egg", ["ðə kˈæt, ði ˈɛɡ"]),
        ("5 birds", ["fˈaɪv bˈɜːdz"]),
        ("Don't stop; water", ["dˈoʊnt stˈɑːp; wˈɔːɾɚ"]), ("Dr. Smith", ["dˈɑːktɚ smˈɪθ"]), ("", []), ("...", []),
        ("cat — egg", ["kˈæt, ˈɛɡ"]), ("cat?\negg", ["kˈæt?", "ˈɛɡ"]), ("bc cat", ["bˈiːsˈiː kˈæt"]),
    ])
    func textIsPronounced(_ text: String, _ phonemes: [String]) { #expect(Self.said(text) == phonemes) }

    @Test(arguments: [
        ("cats", "kˈæts"), ("kisses", "kˈɪsᵻz"), ("birds", "bˈɜɹdz"), ("stopped", "stˈɑpt"), ("liked", "lˈIkt"),
        ("needed", "nˈidᵻd"), ("stopping", "stˈɑpɪŋ"), ("liking", "lˈIkɪŋ"), ("happier", "hˈæpiəɹ"), ("cat's", "kˈæts"),
        ("seafish", "sˈifˌɪʃ"),
    ])
    func endingsAreTakenOff(_ word: String, _ sound: String) {
        #expect(Endings(lexicon: Self.lexicon).pronounce(word) == sound)
    }

    @Test(arguments: ["xyzzy", "s", "ing", "ed", ""]) func whatHasNoStemIsNotGuessed(_ word: String) {
        #expect(Endings(lexicon: Self.lexicon).pronounce(word) == nil)
    }

    @Test(arguments: [
        ("kɹiˈAt", "kɹiːˈeɪt"), ("hˈæpi", "hˈæpi"), ("sˈi", "sˈiː"), ("mˈidiən", "mˈiːdiən"), ("bˈɜɹd", "bˈɜːd"),
        ("ʤˈʌʤ", "dʒˈʌdʒ"),
        ("hˈɛɹəɹᵊ", "hˈɛɹəɹə"),
    ])
    func symbolsBecomeEspeaks(_ misaki: String, _ espeak: String) { #expect(Phones.espeak(misaki) == espeak) }

    @Test func wordsKnowTheirPhonemes() {
        let sentence = Self.pronouncer.sentences("the cat, the egg.")[0]
        #expect(sentence.words.map(\.text) == ["the", "cat", "the", "egg"])
        #expect(sentence.words[1].phonemes == 3..<7)
        #expect(sentence.wordsHeard(phonemes: 6) == 1 && sentence.wordsHeard(phonemes: 7) == 2)
    }

    @Test func aNetworkReadsWordsWhereTheLexiconsAreMissing() throws {
        let letters = #filePath.replacing(
            "Tests/SynthesisTests/PronouncerTests.swift", with: "Models/duet-1/letters.safetensors")
        let pronouncer = try Pronouncer(folder: "/nowhere", letters: letters)
        #expect(!pronouncer.hasLexicon)
        let said = pronouncer.sentences("Hello, the little cats are happy today.")
        #expect(String(String.UnicodeScalarView(said[0].phonemes)) == "həlˈoʊ, ðə lˈɪɾəl kˈæts ɑːɹ hˈæpi tədˈeɪ.")
        do {
            _ = try Pronouncer(folder: "/nowhere")
            Issue.record("lexicons are nowhere")
        } catch { #expect(error.description.contains("us_gold.json is missing: Scripts/fetch-voice")) }
    }
}
