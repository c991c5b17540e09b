// Writes the report to a folder.

internal import Foundation

extension Report {
    /// Timelines of a suite on the page: its first conversations and first failures.
    private static let picturesMax = 4

    /// Writes report.json, report.md, the timelines and index.html. `outcomes` are by suite, in the report's order.
    public func write(to folder: String, outcomes: [[Outcome]]) throws {
        try FileManager.default.createDirectory(atPath: folder + "/timelines", withIntermediateDirectories: true)
        func save(_ text: String, _ name: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
        }
        let pictures = outcomes.flatMap { suite in
            let pictured = suite.filter { $0.picture != nil }, good = pictured.filter { !$0.isBad }.prefix(2)
            return good + pictured.filter(\.isBad).prefix(Self.picturesMax - good.count)
        }
        for outcome in pictures {
            try save(outcome.picture!, "timelines/\(outcome.scene.id.replacing("/", with: "-")).svg")
        }
        try save(json, "report.json")
        try save(markdown + "\n", "report.md")
        try save(html(pictures: pictures.map { (Self.caption($0), $0.picture!) }), "index.html")
    }

    private static func caption(_ outcome: Outcome) -> String {
        let bad = outcome.rows.filter(\.isBad).map { "“\($0.user)”: \($0.said.isEmpty ? "nothing" : $0.said)" }
        return outcome.scene.id + (bad.isEmpty ? "" : ", not as it should be: " + bad.joined(separator: "; "))
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }
}
