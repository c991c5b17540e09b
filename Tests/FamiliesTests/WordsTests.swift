// Written text as words for the model: how long they are, and what reading them costs.

import Dialogue
import DuetTesting
import Testing

@testable import Families

@Suite(.serialized) struct WordsTests {
    private let model = Bundled.model(slots: 1)

    @Test func aLongWordIsReadAsSeveral() {
        for (letters, counts) in [(100, [100]), (101, [100, 1]), (250, [100, 100, 50])] {
            let words = model.wording(of: "a " + String(repeating: "q", count: letters) + " b").words
            #expect(words.count == counts.count + 2)
            #expect(words.dropFirst().prefix(counts.count).allSatisfy { (1...75).contains($0.slices) })
            let text = words.flatMap { $0.pieces }.map { model.text(of: $0) }.joined()
            #expect(text.filter { $0 == "q" }.count == letters)
        }
    }

    @Test func ofALongTextTheBeginningIsRead() {
        for (count, isCut) in [(800, false), (801, true), (2000, true)] {
            let wording = model.wording(of: String(repeating: "a ", count: count))
            #expect(wording.words.count == 800 && wording.isCut == isCut, "\(count)")
        }
        #expect(model.wording(of: String(repeating: "7", count: 4000)).words.count == 800)
    }

    /// A text may have 4000 code points.
    @Test func aTextCostsItsLength() {
        func seconds(_ text: String, enough: Double = 0) -> Double {
            Cost.seconds(enough: enough) { _ = model.wording(of: text).words }
        }
        for piece in [
            "q", "a ", "what day ", "\u{e9}", "ß", "e\u{301}", "\u{301}", "👩‍👩‍👧‍👦", "7", "1 ", "01 ", "111 ", "-", "٣", "'",
            "Ω", "한", "1,", "1:", "1/", "(1", "a@", "a.", "€", "½", "°", "I ", "1e", "-1 ", "$1 ", "http://a",
        ] {
            let count = 4000 / piece.unicodeScalars.count
            let half = seconds(String(repeating: piece, count: count / 2))
            let linear = Cost.limit(half: half, most: 0.002)
            let whole = seconds(String(repeating: piece, count: count), enough: linear)
            #expect(whole < linear, "\(piece): half in \(half) s")
        }
    }
}
