// Sizes of files and functions, in every language.

import Foundation
import Testing

@Suite struct TidySizeTests {
    /// Where people write by hand.
    private static let folders = ["Sources", "Tests", "Scripts", "clients", "deploy", ".ci"]
    private static let languages = ["swift", "c", "h", "js", "mjs", "css", "html", "py", "sh", ""]
    private static let linesMax = 400, functionLinesMax = 50

    /// Path below the package and lines of every source; those without an ending where they begin with `#!`.
    private static let sources: [(path: String, lines: [Substring])] = folders.flatMap { folder in
        FileManager.default.enumerator(atPath: TidyTests.root.appendingPathComponent(folder).path)!
            .compactMap { $0 as? String }.sorted().compactMap { name in
                let path = "\(folder)/\(name)", url = TidyTests.root.appendingPathComponent(path)
                guard languages.contains(url.pathExtension), !path.contains("/Corpus/"), !path.contains("node_modules"),
                    let text = try? String(contentsOf: url, encoding: .utf8),
                    !url.pathExtension.isEmpty || text.hasPrefix("#!")
                else { return nil }
                return (path, text.split(separator: "\n", omittingEmptySubsequences: false))
            }
    }

    @Test(arguments: ["swift", "c", "h", "js", "mjs", "css", "py"]) func theLanguageIsLookedAt(_ ending: String) {
        #expect(Self.sources.contains { $0.path.hasSuffix("." + ending) })
    }

    @Test func noFileIsLong() {
        for (path, lines) in Self.sources where lines.count > Self.linesMax + 1 {
            Issue.record("\(path) has \(lines.count) lines")
        }
    }

    @Test func noFunctionIsLong() {
        for (path, lines) in Self.sources {
            for (line, length) in Self.functions(lines, in: path) where length > Self.functionLinesMax {
                Issue.record("\(path):\(line) has a function of \(length) lines")
            }
        }
    }

    /// First line and length of each function that spans lines: from its first line to the one that closes it, which stands as far in.
    private static func functions(_ lines: [Substring], in path: String) -> [(line: Int, length: Int)] {
        lines.indices.compactMap { first in
            guard begins(lines[first], in: path) else { return nil }
            let indent = lines[first].prefix { $0 == " " }
            let rest = lines[(first + 1)...]
            let end: Int?
            if path.hasSuffix(".py") {
                // The line before the next that stands no further in, but for the end of the parameters.
                let next = rest.firstIndex { line in
                    let depth = line.prefix { $0 == " " }
                    return !line.allSatisfy(\.isWhitespace) && depth.count <= indent.count
                        && !line.dropFirst(depth.count).hasPrefix(")")
                }
                end = rest[..<(next ?? lines.endIndex)].lastIndex { !$0.isEmpty }
            } else {
                end = rest.firstIndex { $0.hasPrefix(indent + "}") }
            }
            return end.map { (first + 1, $0 - first + 1) }
        }
    }

    // A regular expression does not change; that it is not Sendable is the library's caution.
    nonisolated(unsafe) private static let swift = /^ *(@[\w.()]+ )*([\w()]+ )*(func |init[?(<]|deinit ).*[^}]$/
    nonisolated(unsafe) private static let python = /^ *(async )?def \w+/
    nonisolated(unsafe) private static let c = /^[a-zA-Z][^;=]*\) ?\{$/
    nonisolated(unsafe) private static let javaScript =
        /^ *(export )?(async )?(function\*? \w+|(static |get |set )*#?\w+)\(.*\) \{$/
    nonisolated(unsafe) private static let javaScriptKeyword = /^ *(if|for|while|switch|catch|with) ?\(/

    private static func begins(_ line: Substring, in path: String) -> Bool {
        switch path.split(separator: ".").last {
        case "swift": line.wholeMatch(of: swift) != nil
        case "py": line.prefixMatch(of: python) != nil
        case "c", "h": line.wholeMatch(of: c) != nil
        case "js", "mjs": line.wholeMatch(of: javaScript) != nil && line.prefixMatch(of: javaScriptKeyword) == nil
        default: false
        }
    }

    /// A checker that finds nothing is none.
    @Test(arguments: [
        ("a.swift", "    @Test(.timeLimit(.minutes(2))) func long() {", "    }"),
        ("a.swift", "    public init(_ name: String) throws {", "    }"),
        ("a.py", "    async def long(self):", "    def short(self): pass"), ("a.c", "static void longer(int a) {", "}"),
        ("a.js", "export function longer(a, b) {", "}"), ("a.mjs", "  async longer(a) {", "  }"),
    ]) func aLongFunctionIsFound(_ sample: (path: String, first: String, last: String)) {
        let indent = String(sample.first.prefix { $0 == " " })
        let body = Array(repeating: Substring(indent + "    x += 1"), count: 50)
        let lines = [Substring(sample.first)] + body + [Substring(sample.last)]
        let length = sample.path.hasSuffix("py") ? 51 : 52
        #expect(Self.functions(lines, in: sample.path).map(\.length) == [length])
    }

    @Test(arguments: [
        ("a.js", "    for (const a of b) {"), ("a.swift", "    func short() { 1 }"), ("a.c", "    if (a) {"),
    ])
    func whatIsNoFunctionIsNotFound(_ sample: (path: String, line: String)) {
        #expect(!Self.begins(sample.line[...], in: sample.path))
    }
}
