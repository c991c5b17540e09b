// Whoever adds a part adds its line: every part stands in its table.

import Foundation
import Testing

@Suite struct TidyTableTests {
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: TidyTests.root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func names(in folder: String, _ isOne: (String) -> Bool) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: TidyTests.root.appendingPathComponent(folder).path)
            .filter(isOne).sorted()
    }

    /// `what` of each part must stand in the file of its table.
    private static func expect(_ parts: [String], in table: String, as what: (String) -> String) throws {
        let text = try text(table)
        #expect(!parts.isEmpty)
        for part in parts { #expect(text.contains(what(part)), "\(table) does not name \(part)") }
    }

    @Test func everyProtocolIsInTheTable() throws {
        let folders = try Self.names(in: "Sources/Wire") { folder in
            (try? Self.text("Sources/Wire/\(folder)/Entry+\(folder).swift")) != nil
        }
        #expect(folders.count >= 5)
        try Self.expect(folders, in: "Sources/Wire/WireProtocols.swift") { "        .\($0.lowercased())" }
    }

    @Test func everyFamilyIsInTheTable() throws {
        let folders = try Self.names(in: "Sources/Families") { folder in
            (try? Self.text("Sources/Families/\(folder)/\(folder)Family.swift")) != nil
        }
        try Self.expect(folders, in: "Sources/Families/ModelFamilies.swift") { ".\($0.lowercased())" }
    }

    @Test func everyArchitectureIsInTheTable() throws {
        let folder = "Sources/Language/Architectures"
        let files = try Self.names(in: folder) { !$0.hasPrefix("Architecture") }
        try Self.expect(files, in: folder + "/Architectures.swift") { "        .\($0.lowercased().dropLast(6))," }
    }

    @Test func everyPrecisionIsInTheTable() throws {
        let headers = try Self.names(in: "Sources/CKernels") { name in
            (try? Self.text("Sources/CKernels/\(name)").contains("ck_type \(name.dropLast(2))_type")) == true
        }
        #expect(headers == ["bf16.h", "f32.h", "int4g.h", "int8.h", "int8g.h"])
        try Self.expect(headers, in: "Sources/CKernels/types.h") { "&\($0.dropLast(2))_type," }
    }

    @Test func everyInstructionSetIsInTheTable() throws {
        let files = try Self.names(in: "Sources/CKernels") { name in
            name.hasSuffix(".c") && (try? Self.text("Sources/CKernels/\(name)").contains("#include \"body.h\"")) == true
        }
        #expect(files.count == 8)
        try Self.expect(files, in: "Sources/CKernels/kernels.c") { "&ck_\($0.dropLast(2))" }
    }

    @Test func everySubcommandIsInTheTable() throws {
        let files = try Self.names(in: "Sources/duet") { $0.hasSuffix(".swift") && $0 != "Duet.swift" }.map {
            String($0.dropLast(6))
        }
        try Self.expect(files, in: "Sources/duet/Duet.swift") { "\($0).self" }
    }

    @Test func everyTargetIsInTheTable() throws {
        let folders = try Self.names(in: "Sources") { !$0.hasPrefix("C") || $0 == "Callers" }
        try Self.expect(folders, in: "CONTRIBUTING.md") { "| `\($0)`" }
        let tests = try Self.names(in: "Tests") { $0.hasSuffix("Tests") }
        try Self.expect(tests, in: "Package.swift") { "\"\($0.dropLast(5))\"" }
    }

    @Test func everyDocumentIsLinked() throws {
        let documents = try Self.names(in: "docs") { $0.hasSuffix(".md") }
        let texts = try (["README.md", "CONTRIBUTING.md"] + documents.map { "docs/\($0)" }).map(Self.text)
        for document in documents {
            #expect(texts.contains { $0.contains("\(document))") || $0.contains("\(document)#") }, "\(document)")
        }
    }
}
