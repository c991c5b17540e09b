// Marks in an answer's text.

import Basics
import Dialogue
import Testing

@testable import Minds

@Suite struct MarkFilterTests {
    /// The words that pass, and the end.
    private func filtered(_ text: String, pieces: Int) -> (words: String, end: MindEnd) {
        var filter = MarkFilter(), words = "", rest = text[...]
        while !rest.isEmpty {
            words += filter.read(String(rest.prefix(pieces)))
            rest = rest.dropFirst(pieces)
        }
        words += filter.finish()
        return (words, filter.end)
    }

    @Test(arguments: [
        ("Hello there.", "Hello there.", MindEnd.complete), ("<idle>", "", .idle), (" <idle>\n", "", .idle),
        ("<resume>", "", .resume), ("It is five. <resume>", "It is five.", .resume),
        ("It is five.<resume> \n", "It is five.", .resume),
        ("Okay. <idle>", "Okay.", .complete), ("<resume> and more", "and more", .complete),
        ("a < b and <i>c", "a < b and <i>c", .complete),
        ("<idl", "<idl", .complete), ("so <res", "so <res", .complete), ("<<idle>", "<", .complete),
        ("<idle><idle>", "", .idle),
        ("  two  words  ", "two  words", .complete), ("", "", .complete), ("a <idle> b", "a  b", .complete),
        ("<idle><resume>", "", .resume),
    ]) func marksAreDecisionsAndNotWords(_ sample: (text: String, words: String, end: MindEnd)) {
        for pieces in [1, 2, 3, 7, 100] {
            let (words, end) = filtered(sample.text, pieces: pieces)
            #expect(words == sample.words, "\(sample.text) by \(pieces)")
            #expect(end == sample.end, "\(sample.text) by \(pieces)")
        }
    }

    @Test func wordsPassAtOnceUnlessTheyMayBeAMark() {
        var filter = MarkFilter()
        #expect(filter.read("Hi") == "Hi")
        #expect(filter.read(" there") == " there")
        #expect(filter.read(" <r") == "")
        #expect(filter.read("ed>") == " <red>")
        #expect(filter.read(" ") == "")
        #expect(filter.read("end") == " end")
    }

    @Test func manyMarksAreReadInNoTime() {
        let text = String(repeating: "<idle>", count: ChatReply.textBytesMax / 6)
        #expect(filtered(text, pieces: .max).words == "")
        #expect(filtered(text, pieces: .max).end == .idle)
    }
}
