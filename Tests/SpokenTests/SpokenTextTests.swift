// Written text as it is said, by a table of examples.

import Foundation
import DuetTesting
import Testing

@testable import Spoken

@Suite struct SpokenTextTests {
    /// A line of the table: what is written, its words, and the characters that cannot be said.
    struct Example {
        var text, words, unspoken: String

        /// "text => words !! unspoken"
        init?(_ line: Substring) {
            let sides = line.components(separatedBy: " => ")
            guard sides.count == 2 else { return nil }
            let said = sides[1].components(separatedBy: "!!").map { $0.trimmingCharacters(in: .whitespaces) }
            (text, words, unspoken) = (sides[0], said[0], said.count > 1 ? said[1] : "")
        }
    }

    private static let table = try! String(
        contentsOfFile: #filePath.replacing("SpokenTextTests.swift", with: "Resources/spoken.txt"), encoding: .utf8)

    @Test func textIsSaidAsPeopleReadIt() {
        let examples = Self.table.split(separator: "\n").compactMap(Example.init)
        #expect(examples.count > 500)
        for example in examples {
            let spoken = SpokenText(example.text)
            #expect(spoken.words.joined(separator: " ") == example.words, "\(example.text)")
            #expect(spoken.unspoken == example.unspoken, "\(example.text)")
        }
    }

    /// Whatever is written: the tokenizer has a piece for every small letter.
    @Test func wordsAreSmallLettersAlone() {
        let examples = Self.table.split(separator: "\n").map(String.init)
        let odd = ["\u{0}", "\u{7F}", "\u{FFFD}", "a\u{301}\u{301}", "\u{1F468}\u{200D}\u{1F469}", "９９９", "ⅯⅯ", "١٬٢"]
        for text in examples + odd {
            let words = SpokenText(text).words
            #expect(
                words.allSatisfy { $0.utf8.allSatisfy { (97...122).contains($0) } && !$0.isEmpty }, "\(text): \(words)")
        }
    }

    @Test func whatCannotBeSaidIsTold() {
        let many = String(String.UnicodeScalarView((0..<100).map { Unicode.Scalar(0x4E00 + $0)! }))
        #expect(SpokenText(many).words.isEmpty)
        #expect(SpokenText(many).unspoken == many.prefix(SpokenText.unspokenMax))
        #expect(SpokenText(many.prefix(32) + "abc").unspoken == many.prefix(32))
    }

    /// Looking up the name of a picture takes time.
    @Test func aHundredPicturesAreTold() {
        let pictures = String(String.UnicodeScalarView((0..<101).map { Unicode.Scalar(0x1F400 + $0)! }))
        #expect(SpokenText(String(pictures.dropLast())).unspoken.isEmpty)
        #expect(SpokenText(pictures).unspoken == pictures.suffix(1))
    }

    /// Sixteen times the text takes sixteen times as long, about; by its square it would be 256 times.
    @Test(arguments: [
        "the quick brown fox, ", "12,345.67 ", "1,", "1.", "1-", "1:", "1/2", "(1", "+1", "1 000 ", "-+*/", "NASA FBI ",
        "a.b.", "a@b.",
        "www.", "x", "é", "e\u{301}", "'", "a'", "日本語", "😀", "5km/h ", "$1.", "May 5 ", "1x", "I", "CPUs",
    ]) func timeIsLinear(_ unit: String) {
        func text(_ count: Int) -> String { String(repeating: unit, count: count / unit.utf8.count + 1) }
        let short = text(4000), long = text(64_000), limit = 64 * max(Cost.seconds { _ = SpokenText(short) }, 1e-4)
        let seconds = Cost.seconds(enough: limit) { _ = SpokenText(long) }
        #expect(seconds < limit)
    }
}
