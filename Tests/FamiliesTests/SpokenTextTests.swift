// Written text as it is said, by a table of examples.

import Foundation
import Testing

@testable import Families

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
        withKnownIssue {
            for example in examples {
                #expect(SpokenText.words(example.text).joined(separator: " ") == example.words, "\(example.text)")
            }
        }
    }
}
