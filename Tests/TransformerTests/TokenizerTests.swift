// Pieces to numbers and back.

import Basics
import DuetTesting
import Foundation
import Testing

@testable import Transformer

@Suite struct TokenizerTests {
    private let tokenizer = Tokenizer(
        pieces: ["<idle>", "<end>", " the", " then", " a", "b", "c", "a"], controlCount: 2)

    @Test func theLongestPieceWins() { #expect(tokenizer.encode("then the") == [3, 2]) }

    @Test func unknownWordsAreSpelled() { #expect(tokenizer.encode("abca") == [4, 5, 6, 7]) }

    @Test func whatNoPieceHoldsIsLeftOut() { #expect(tokenizer.encode("the?") == [2]) }

    @Test func controlTokensHaveNoText() {
        #expect(
            tokenizer.text(0) == "" && tokenizer.text(1) == "" && tokenizer.text(99) == "" && tokenizer.text(-1) == "")
        #expect([3, 4, 5].map { tokenizer.text($0) }.joined() == " then ab")
    }

    // MARK: Against the plain way

    /// The longest piece that fits, by looking for every length.
    private func plain(_ text: String, _ pieces: [String]) -> [Int32] {
        var rest = Substring(text.split(separator: " ").map { " " + $0 }.joined()), tokens: [Int32] = []
        while !rest.isEmpty {
            let length = (1...max(1, min(12, rest.count))).last {
                pieces.dropFirst(2).contains(String(rest.prefix($0)))
            }
            if let length {
                tokens.append(Int32(pieces.dropFirst(2).firstIndex(of: String(rest.prefix(length)))!))
            }
            rest = rest.dropFirst(length ?? 1)
        }
        return tokens
    }

    private static let pieces = [
        "<idle>", "<end>", " the", " then", " a", "a", "b", "c", "ab", "abc", "é", "caf\u{e9}", "\u{301}", " \u{301}a",
        "ß",
        "🇩🇪", "👩‍👩‍👧‍👦", "👩", "\r\n", "한", "각", "a", " ", "the",
    ]

    private static let parts = [
        "a", "b", "c", " ", "the", "then", "e\u{301}", "\u{e9}", "caf", "\u{301}", "ß", "🇩", "🇪", "🇩🇪", "👩", "\u{200d}",
        "👩‍👩‍👧‍👦", "\r", "\n", "\u{1112}\u{1161}\u{11ab}", "\u{11a8}", "각", "K", "\u{0}", "?", "\u{fe0f}",
    ]

    @Test func everyTextHasTheTokensOfThePlainWay() {
        let tokenizer = Tokenizer(pieces: Self.pieces, controlCount: 2)
        var random = Random(seed: 13), long = 0
        for _ in 0..<4000 {
            let text = (0..<Int(random.next() % 12)).map { _ in
                Self.parts[Int(random.next() % UInt64(Self.parts.count))]
            }.joined()
            let tokens = tokenizer.encode(text)
            #expect(tokens == plain(text, Self.pieces), "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
            long = max(long, tokens.count)
        }
        #expect(long > 5)
    }

    @Test func aLongWordCostsItsLength() {
        func seconds(_ text: String, enough: Double = 0) -> Double {
            Cost.seconds(enough: enough) { _ = tokenizer.encode(text) }
        }
        for letter in ["a", "q", "é", "e\u{301}", "👩‍👩‍👧‍👦", " the", " th", "\u{301}"] {
            let count = 4000 / letter.unicodeScalars.count
            let half = seconds(String(repeating: letter, count: count / 2))
            let linear = Cost.limit(half: half, most: 0.002)
            let whole = seconds(String(repeating: letter, count: count), enough: linear)
            #expect(whole < linear, "\(letter): half in \(half) s")
        }
    }
}
