// What `duet eval` takes on its command line.

import ArgumentParser
import Testing

@testable import duet

@Suite struct EvalOptionsTests {
    @Test func whatIsAskedWronglyIsRefused() {
        #expect(throws: (any Error).self) { try Eval.parse(["--suite", "jumping"]) }
        #expect(throws: (any Error).self) { try Eval.parse(["--conversations", "0"]) }
        #expect(throws: (any Error).self) { try Eval.parse(["--at-once", "0"]) }
        #expect(throws: Never.self) { try Eval.parse(["--suite", "echo", "stop", "--seed", "3"]) }
    }
}
