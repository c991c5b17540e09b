// docs/operations.md names every flag and every metric, and none that is not there.

import ArgumentParser
import Foundation
import Testing

@testable import Service
@testable import duet

@Suite struct OperationsTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: TidyTests.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Words in backticks in the first cells of the tables' rows below a heading.
    private static func named(below heading: String, in text: String) -> Set<String> {
        let section =
            text.components(separatedBy: "\n## \(heading)\n").dropFirst().first?
            .components(separatedBy: "\n## ").first ?? ""
        let cells = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
            .map { $0.dropFirst().prefix { $0 != "|" } }
        return Set(cells.flatMap { cell in cell.split(separator: "`").map(String.init).filter { !$0.contains(" ") } })
    }

    private static let flags: Set<String> = {
        let words = Serve.helpMessage(columns: 200).split { !($0.isLetter || $0.isNumber || $0 == "-") }
        return Set(words.filter { $0.hasPrefix("--") }.map(String.init)).subtracting(["--help"])
    }()

    private static let metrics = Set(
        Metrics().text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map {
            String($0.split(separator: " ")[2])
        })

    @Test func everyFlagStandsInItsTable() throws {
        let told = Self.named(below: "Flags", in: try Self.text("docs/operations.md")).filter { $0.hasPrefix("--") }
        #expect(Self.flags.count > 15)
        #expect(told.symmetricDifference(Self.flags).isEmpty, "\(told.symmetricDifference(Self.flags))")
    }

    @Test func everyMetricStandsInItsTable() throws {
        let told = Self.named(below: "Metrics and alerts", in: try Self.text("docs/operations.md"))
        #expect(Self.metrics.count > 30)
        #expect(told.symmetricDifference(Self.metrics).isEmpty, "\(told.symmetricDifference(Self.metrics))")
    }

    /// Also in what is said about them, and in the alerts.
    @Test(arguments: ["docs/operations.md", "deploy/alerts.yml"]) func noMetricIsNamedThatIsNotThere(_ path: String)
        throws
    {
        let words = try Self.text(path).split { !($0.isLetter || $0 == "_") }.map(String.init)
        let named = words.filter { $0.hasPrefix("duet_") || $0.hasPrefix("process_") }.map {
            $0.hasSuffix("_bucket") ? String($0.dropLast(7)) : $0
        }
        #expect(!named.isEmpty)
        // An id begins like a metric.
        for name in Set(named).sorted() where !name.hasSuffix("_") { #expect(Self.metrics.contains(name), "\(name)") }
    }

    /// A checker that finds nothing is none.
    @Test func whatIsMissingIsFound() {
        let text =
            "\n## Flags\n\n| flag | x |\n|---|---|\n| `--one` | `--two` |\n| `--three`, `--four` | |\n\n## More\n| `--five` | |\n"
        #expect(Self.named(below: "Flags", in: text) == ["--one", "--three", "--four"])
        #expect(Self.named(below: "Nothing", in: text) == [])
    }
}
