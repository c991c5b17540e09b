// Rules that the compiler cannot hold.

import Foundation
import Testing

@Suite struct TidyTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Path below the package and text of every Swift file.
    static let files: [(path: String, lines: [Substring])] = ["Sources", "Tests"].flatMap { folder in
        FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)!
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .map { path in
                let text = try! String(contentsOf: root.appendingPathComponent("\(folder)/\(path)"), encoding: .utf8)
                return ("\(folder)/\(path)", text.split(separator: "\n", omittingEmptySubsequences: false))
            }
    }

    @Test func everyFileSaysItsJobAndStaysShort() {
        #expect(Self.files.count > 80)
        for (path, lines) in Self.files {
            #expect(lines[0].hasPrefix("// "), "\(path) does not open with its job")
            #expect(lines.count <= 400, "\(path) has \(lines.count) lines")
        }
    }

    /// Who alone may import what.
    @Test(arguments: [
        "CWebSockets": ["Sockets"], "CWebSocketsShim": ["Sockets"], "COpus": ["Audio"], "COpusShim": ["Audio"],
        "CCurl": ["Minds"], "CCurlShim": ["Minds"],
        "CKernels": ["Kernels"], "ArgumentParser": ["duet", "Bench"], "Sockets": ["Service", "duet"],
    ])
    func modulesStayBehindTheirTarget(_ module: String, _ targets: [String]) {
        let importers = Self.files.filter { file in
            file.path.hasPrefix("Sources/") && file.lines.contains { $0.hasSuffix("import \(module)") }
        }.map { String($0.path.split(separator: "/")[1]) }
        #expect(Set(importers) == Set(targets), "\(module)")
    }

    @Test func theEngineKnowsNoThreadsClocksOrSockets() {
        for (path, lines) in Self.files where path.hasPrefix("Sources/Dialogue/") {
            let imports = lines.filter { $0.contains("import ") && !$0.hasPrefix("//") && !$0.contains("///") }
            #expect(imports.allSatisfy { $0.hasSuffix("import Basics") }, "\(path): \(imports)")
            #expect(!lines.contains { $0.contains("MonotonicClock") || $0.contains("async") }, "\(path)")
        }
    }

    // MARK: Clocks and chance

    private static let pure = [
        "Basics", "Dialogue", "Audio", "Wire", "Switchboard", "Transformer", "Language", "Spoken", "Synthesis",
        "Recognition", "Floor", "Families", "Simulation",
        "Evaluation", "Minds/Skills",
    ]
    /// The clocks themselves.
    private static let clocks = ["Sources/Basics/MonotonicClock.swift", "Sources/Basics/ThreadClock.swift"]

    /// What asks for the time, or for chance that nobody handed over.
    private static let forbidden = [
        "Date(", "Date.now", "MonotonicClock", "ThreadClock", "ContinuousClock", "SuspendingClock", "clock_gettime",
        "gettimeofday", "time(nil)", "systemUptime", "DispatchTime", ".random(", "SystemRandomNumberGenerator",
        ".shuffled()", ".shuffle()", ".randomElement()", "arc4random", "getrandom",
    ]

    /// A comment may name them, and `readDate(` is another word.
    private static func isForbidden(_ line: Substring) -> Bool {
        let code = line.prefix(upTo: line.firstRange(of: "//")?.lowerBound ?? line.endIndex)
        return forbidden.contains { word in
            code.ranges(of: word).contains { found in
                word.first == "." || code[..<found.lowerBound].last?.isLetter != true
            }
        }
    }

    @Test func noClockAndNoChanceStandsBelowTheEdge() {
        let files = Self.files.filter { file in
            Self.pure.contains { file.path.hasPrefix("Sources/\($0)/") } && !Self.clocks.contains(file.path)
        }
        #expect(Self.pure.allSatisfy { name in files.contains { $0.path.hasPrefix("Sources/\(name)/") } })
        for (path, lines) in files {
            for line in lines where Self.isForbidden(line) { Issue.record("\(path): \(line)") }
        }
    }

    /// A checker that finds nothing is none.
    @Test(arguments: [
        "let now = Date()", "Date(timeIntervalSinceNow: 1)", "MonotonicClock.now()", "ContinuousClock().now",
        "ThreadClock.now()", "clock_gettime(CLOCK_REALTIME, &time)", "time(nil)", "Int.random(in: 0...1)",
        "var random = SystemRandomNumberGenerator()", "list.shuffled()", "list.randomElement()!",
    ])
    func aClockOrChanceIsFound(_ line: String) { #expect(Self.isForbidden(line[...])) }

    @Test(arguments: [
        "readDate() // Date()", "list.shuffled(using: &random)", "random.next()", "/// MonotonicClock.now",
        "clock: .init(rate: 1)",
    ])
    func whatIsNoneIsNotFound(_ line: String) { #expect(!Self.isForbidden(line[...])) }
}
