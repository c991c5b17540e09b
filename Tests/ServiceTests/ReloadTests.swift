// SIGHUP: keys and the log file are reloaded, and whatever cannot be stays as it was.

import Foundation
import Sockets
import Testing
import Wire

@testable import Callers
@testable import Service

/// A folder that goes with the test.
private final class Scratch {
    let path = NSTemporaryDirectory() + "duet-reload-\(UInt64.random(in: 0...UInt64.max))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }

    func text(of name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

@Suite(.serialized) struct ReloadTests {
    private let scratch: Scratch
    private let log = LogWriter(descriptor: 2)

    init() throws { scratch = try Scratch() }

    private func admits(_ key: String, _ keys: Keys) -> Bool {
        keys.admit(UpgradeRequest(path: "/v1/duplex", headers: ["api-key": key]))
    }

    private func reload(_ keys: Keys, _ file: String?) -> Reload {
        Reload(keys: keys, keysFile: file, environmentKey: "environment", log: log)
    }

    // MARK: Keys

    @Test func keysAreReadAnew() throws {
        let file = try scratch.write("old\nboth\n", to: "keys")
        let keys = Keys(try Keys.load(file, and: "environment"))
        _ = try scratch.write("both\nnew\nnewer\n", to: "keys")
        let outcome = reload(keys, file).run()
        #expect(outcome.isComplete && outcome.message == "reloaded")
        #expect(JSONText.line(outcome.fields) == #"{"keys":4,"keys_added":2,"keys_removed":1}"#)
        #expect(admits("new", keys) && admits("both", keys) && admits("environment", keys) && !admits("old", keys))
    }

    @Test(arguments: ["", "# no key\n\n", nil]) func aBadFileKeepsTheOldKeys(_ text: String?) throws {
        let file = try scratch.write("old\n", to: "keys"), keys = Keys(["old"])
        if let text {
            _ = try scratch.write(text, to: "keys")
        } else {
            try FileManager.default.removeItem(atPath: file)
        }
        let outcome = reload(keys, file).run()
        #expect(!outcome.isComplete && outcome.message.contains("stays as it was"))
        #expect(JSONText.line(outcome.fields).contains("keys_kept"), "\(outcome.fields)")
        #expect(admits("old", keys) && !admits("", keys) && !keys.isOpen)
    }

    /// In the words of the start, and for an alert.
    @Test func whatIsWrongWithTheFileIsSaid() throws {
        let metrics = Metrics(), missing = scratch.path + "/missing", good = try scratch.write("k\n", to: "keys")
        func told(_ file: String) -> String {
            var reload = reload(Keys(["old"]), file)
            reload.metrics = metrics
            return JSONText.line(reload.run().fields).replacing("\\/", with: "/")
        }
        #expect(told(missing).contains("there is no file \(missing)"))
        #expect(metrics.value("duet_reload_successful") == 0)
        #expect(told(scratch.path).contains("\(scratch.path) is a folder, not a file"))
        #expect(told(good).contains(#""keys":2"#) && metrics.value("duet_reload_successful") == 1)
    }

    @Test func bytesThatAreNoTextKeepTheOldKeys() throws {
        let keys = Keys(["old"])
        try Data([0xff, 0xfe, 0x0a]).write(to: URL(fileURLWithPath: scratch.path + "/keys"))
        #expect(!reload(keys, scratch.path + "/keys").run().isComplete && admits("old", keys))
    }

    @Test func shortLivedKeysGoWithTheKeyThatMadeThem() {
        let keys = Keys(["old", "both"])
        let gone = keys.mint(seconds: 60, session: nil, by: "old"),
            kept = keys.mint(seconds: 60, session: nil, by: "both")
        #expect(keys.replace(["both", "new"]) == (added: 1, removed: 1))
        #expect(!admits(gone.value, keys) && admits(kept.value, keys))
    }

    @Test(.timeLimit(.minutes(1))) func aSessionWithARemovedKeyGoesOnAndNoOtherBegins() throws {
        let service = try FakeService { $0.keys = ["old"] }
        func client(_ key: String) throws -> WebSocketClient { try WebSocketClient(service.url + "?api_key=\(key)") }
        let talking = try client("old")
        try talking.send(text: #"{"type":"session.start"}"#)
        #expect("\(String(describing: try talking.receive()))".contains("session.started"))
        let file = try scratch.write("new\n", to: "keys")
        let reload = Reload(keys: service.service.keys, keysFile: file, environmentKey: nil, log: log)
        #expect(reload.run().isComplete)
        #expect(throws: WebSocketError.self) { _ = try client("old") }
        #expect(throws: Never.self) { _ = try client("new") }
        try talking.send(text: #"{"type":"session.close"}"#)
        var code: UInt16?
        while code == nil, let message = try talking.receive(timeout: 5) {
            if case .close(let closing, _) = message { code = closing }
        }
        #expect(code == 1000)
    }

    // MARK: The log

    @Test func whatComesAfterARotationIsInTheNewFile() throws {
        let path = scratch.path + "/duet.log"
        #expect(log.open(path) == nil && log.path == path)
        log.write("one")
        log.flush(milliseconds: 5000)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        log.write("two")
        log.flush(milliseconds: 5000)
        let outcome = reload(Keys(), nil).run()
        #expect(outcome.isComplete && JSONText.line(outcome.fields).contains("duet.log"))
        log.write("three")
        log.flush(milliseconds: 5000)
        #expect(try scratch.text(of: "duet.log.1") == "one\ntwo\n" && scratch.text(of: "duet.log") == "three\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect((mode ?? 0o777) & 0o027 == 0, "others may not read it")
    }

    @Test func aLogThatCannotBeOpenedGoesOnWhereItWas() throws {
        let path = scratch.path + "/folder/duet.log"
        #expect(log.open(path) != nil && log.path == nil)
        try FileManager.default.createDirectory(atPath: scratch.path + "/folder", withIntermediateDirectories: true)
        #expect(log.open(path) == nil)
        try FileManager.default.moveItem(atPath: scratch.path + "/folder", toPath: scratch.path + "/moved")
        let outcome = reload(Keys(), nil).run()
        #expect(!outcome.isComplete && JSONText.line(outcome.fields).contains("log_kept"))
        log.write("still")
        log.flush(milliseconds: 5000)
        #expect(try scratch.text(of: "moved/duet.log") == "still\n")
    }

    @Test func anExistingLogIsAppendedTo() throws {
        let path = try scratch.write("before\n", to: "duet.log")
        #expect(log.open(path) == nil)
        log.write("after")
        log.flush(milliseconds: 5000)
        #expect(try scratch.text(of: "duet.log") == "before\nafter\n")
    }
}
