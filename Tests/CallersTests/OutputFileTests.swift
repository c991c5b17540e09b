// Results that cannot be written are found before the work.

import Foundation
import Testing

@testable import Callers

@Suite struct OutputFileTests {
    private let folder = NSTemporaryDirectory() + "duet-output-\(UUID().uuidString)"

    private func complaint(_ body: () throws -> Void) -> String? {
        let error = #expect(throws: CommandError.self, performing: body)
        #expect(error?.kind == .output)
        return error?.description.replacing(folder, with: "F")
    }

    @Test func whatIsInTheWayIsNamed() throws {
        try OutputFile.folder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(complaint { try OutputFile.check(folder) } == "cannot write F: it is a folder")
        #expect(complaint { try OutputFile.check(folder + "/a/b") } == "cannot write F/a/b: there is no folder F/a")
        try OutputFile.write(Data("x".utf8), to: folder + "/file")
        #expect(complaint { try OutputFile.check(folder + "/file/b") } == "cannot write F/file/b: F/file is no folder")
        #expect(
            complaint { try OutputFile.folder(folder + "/file/b/c") }
                == "cannot make the folder F/file/b/c: there is no folder F/file/b")
        #expect(complaint { try OutputFile.write(Data("x".utf8), to: "/dev/full") }?.contains("no space left") == true)
        #expect(complaint { try OutputFile.folder("/proc/duet") } == "cannot make the folder /proc/duet")
    }

    @Test func anOutputIsNeitherTheInputNorAnotherOutput() throws {
        #expect(throws: Never.self) { try OutputFile.checkDistinct(["/tmp/a", "/tmp/b"], input: "/tmp/c") }
        let wrong = [(["/tmp/a"], "/tmp/x/../a"), (["/tmp/a", "/tmp/./a"], "/tmp/c")]
        for (outputs, input) in wrong {
            #expect(throws: CommandError.self) { try OutputFile.checkDistinct(outputs, input: input) }
        }
    }

    @Test func aCheckLeavesEverythingAsItIs() throws {
        try OutputFile.folder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try OutputFile.check(folder + "/new")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        try OutputFile.write(Data("old".utf8), to: folder + "/old")
        try OutputFile.check(folder + "/old")
        #expect(FileManager.default.contents(atPath: folder + "/old") == Data("old".utf8))
        // What is longer is cut.
        try OutputFile.write(Data("n".utf8), to: folder + "/old")
        #expect(FileManager.default.contents(atPath: folder + "/old") == Data("n".utf8))
    }
}
