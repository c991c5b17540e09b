// Rules that the compiler cannot hold.

import Foundation
import Testing

@Suite struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Path below the package and text of every Swift file.
    private static let files: [(path: String, lines: [Substring])] = ["Sources", "Tests"].flatMap { folder in
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
        ("CWebSockets", "Sources/Sockets/"), ("COpus", "Sources/Wire/"),
        ("CKernels", "Sources/Kernels/"), ("ArgumentParser", "Sources/duet/"),
    ])
    func librariesStayBehindTheirTarget(_ rule: (module: String, folder: String)) {
        let importers = Self.files.filter { file in
            file.path.hasPrefix("Sources/") && file.lines.contains { $0.hasSuffix("import \(rule.module)") }
        }
        #expect(
            !importers.isEmpty && importers.allSatisfy { $0.path.hasPrefix(rule.folder) }, "\(importers.map(\.path))")
    }

    @Test func theEngineKnowsNoThreadsClocksOrSockets() {
        for (path, lines) in Self.files where path.hasPrefix("Sources/Dialogue/") {
            let imports = lines.filter { $0.contains("import ") && !$0.hasPrefix("//") && !$0.contains("///") }
            #expect(imports.allSatisfy { $0.hasSuffix("import Basics") }, "\(path): \(imports)")
            #expect(!lines.contains { $0.contains("MonotonicClock") || $0.contains("async") }, "\(path)")
        }
    }
}
