// Lists of everyday requests, and what the skills make of them.

import Basics
import Testing

@testable import Minds

/// Requests that skills must take and requests that they must leave. Two lists were written before the skills and measure them; two tuned them.
enum RequestLists {
    struct Line: Sendable {
        let kind: String
        /// One of these must be in the answer; empty where there must be none.
        let expected: [String]
        /// What was said before.
        let before: [String]
        let request: String
    }

    struct Failure: Sendable, CustomStringConvertible {
        let line: Line
        let answer: String?
        var description: String {
            "[\(line.kind)] \((line.before + [line.request]).joined(separator: " / ")) => \(answer ?? "nothing"), not \(line.expected)"
        }
    }

    static func lines(_ list: String) -> [Line] {
        list.split(separator: "\n").map { line in
            let columns = line.split(separator: "|").map(trimmed)
            let requests = columns[columns.count - 1].split(separator: "/", omittingEmptySubsequences: true)
            let isOne =
                columns[columns.count - 1].contains("24/7") || columns[columns.count - 1].contains("/1")
                || columns[columns.count - 1].contains("3/4")
                || columns[columns.count - 1].contains("5/2")
            let said = isOne ? [columns[columns.count - 1]] : requests.map(trimmed)
            let expected = columns.count == 3 ? columns[1].split(separator: ";").map(trimmed) : []
            return Line(kind: columns[0], expected: expected, before: said.dropLast(), request: said[said.count - 1])
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        String(String(text.drop { $0 == " " }.reversed()).drop { $0 == " " }.reversed())
    }

    static func answer(_ line: Line) -> String? {
        var memory = SkillMemory(), random = Random(seed: 1)
        let skills = Skills(), moment = Skills.Moment(year: 2026, month: 11, day: 29, hour: 14, minute: 5)
        var answer: String?
        for request in line.before + [line.request] {
            answer = skills.answer(request, memory: &memory, at: moment, random: &random)
        }
        return answer
    }

    /// Requests without an answer, or with a wrong one.
    static func missed(_ list: String) -> [Failure] {
        lines(list).compactMap { line in
            let answer = answer(line), plain = answer?.lowercased().replacing("-", with: " ")
            return plain.map { plain in line.expected.contains { plain.contains($0) } } == true
                ? nil : Failure(line: line, answer: answer)
        }
    }

    /// Requests that a skill took although it must not.
    static func grabbed(_ list: String) -> [Failure] {
        lines(list).compactMap { line in answer(line).map { Failure(line: line, answer: $0) } }
    }
}
