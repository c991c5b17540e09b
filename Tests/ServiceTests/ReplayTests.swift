// A busy server over sockets is recorded, and its recording runs again to the same samples and decisions.

import Dialogue
import Foundation
import Simulation
import DuetTesting
import Testing

@testable import Sockets
@testable import Switchboard
@testable import Wire
@testable import Callers
@testable import Service

@Suite(.serialized) struct ReplayTests {
    private func voice(_ seconds: Double) -> [Float] { [Float](repeating: 0.3, count: Int(seconds * 16_000)) }

    /// The tape of a server to which several callers of several protocols talked.
    private func record(_ changing: (inout ServiceOptions) -> Void = { _ in }) throws -> [UInt8] {
        let folder = NSTemporaryDirectory() + "duet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var service: FakeService? = try FakeService(sessionsMax: 4) {
            $0.recordFolder = folder
            changing(&$0)
        }
        let client = try ReturningClient(service!.url), other = try ReturningClient(service!.url)
        let realtime = try WebSocketClient(service!.url("/v1/realtime"))
        try realtime.send(
            text: #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[]}}"#)
        try client.talk(voice(0.5) + Tools.silence(0.5))
        client.cutOff()
        #expect(service!.becomes("duet_sessions_held", 1))
        try client.comeBack()
        try other.send(text: #"{"type":"session.say","text":"5 6 7"}"#)
        try other.talk(Tools.silence(0.5))
        try client.send(text: "?")
        withExtendedLifetime(realtime) { service = nil }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let path = folder + "/" + (try #require(files.first))
        // A thread of its own writes it.
        var size = -1
        for _ in 0..<100 {
            let now = FileManager.default.contents(atPath: path)?.count ?? 0
            if now == size, now > 0 { break }
            (size, _) = (now, usleep(20_000))
        }
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    /// Runs it again; how many entries there were, and what the engine did.
    private func replay(_ bytes: [UInt8]) throws -> (entries: Int, speech: Int, users: Int) {
        let (entries, speech, users, _) = try run(bytes)
        return (entries, speech, users)
    }

    private func run(_ bytes: [UInt8]) throws -> (entries: Int, speech: Int, users: Int, isCutOff: Bool) {
        let tape = try TapeReader(bytes), setup = try TapeSetup(tape.header)
        let replay = try TapeReplay(
            tape, model: FakeModel(slots: setup.slots), limits: setup.limits, rules: setup.rules)
        var entries = 0, speech = 0, users = 0
        replay.witness = { action in
            if case .audio(_, _, _, true) = action { speech += 1 }
            if case .userText = action { users += 1 }
        }
        while try replay.step() { entries += 1 }
        return (entries, speech, users, replay.isCutOff)
    }

    /// Also between an entry and the readings that it causes.
    @Test(.timeLimit(.minutes(2))) func aRecordingMayEndAnywhere() throws {
        let bytes = try record()
        #expect(try !run(bytes).isCutOff)
        let middle = bytes.count / 2
        for length in stride(from: middle, to: middle + 400, by: 5) {
            #expect(try run(Array(bytes.prefix(length))).isCutOff, "\(length)")
        }
    }

    @Test(.timeLimit(.minutes(1))) func aRecordingIsInItsFileWhileTheServerRuns() throws {
        let folder = NSTemporaryDirectory() + "duet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let service = try FakeService(sessionsMax: 2) { $0.recordFolder = folder }
        let path = folder + "/" + (try #require(FileManager.default.contentsOfDirectory(atPath: folder).first))
        func size() -> Int { FileManager.default.contents(atPath: path)?.count ?? 0 }
        func grows(beyond before: Int) -> Bool {
            for _ in 0..<30 where size() <= before { usleep(100_000) }
            return size() > before
        }
        let client = try ReturningClient(service.url)
        try client.talk(voice(0.3))
        #expect(grows(beyond: 0))
        let before = size()
        try client.send(text: #"{"type":"session.close"}"#)
        #expect(service.becomes("duet_sessions_active", 0) && grows(beyond: before))
        let bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        #expect(try run(bytes).isCutOff, "it still runs")
    }

    /// A replay has no mind: the recording holds what it said.
    @Test(.timeLimit(.minutes(1))) func whatAMindSaidIsReplayed() throws {
        let phrases = ["mm-hm", "I see"]
        let bytes = try record {
            ($0.mind, $0.limits.mind, $0.limits.backChannels) = (EchoMind(), MindRules(), phrases)
        }
        #expect(try replay(bytes).entries > 200)
        let setup = try TapeSetup(TapeReader(bytes).header)
        #expect(setup.limits.mind == MindRules() && setup.limits.backChannels == phrases)
        // Without the rules, the same recording is another's.
        let tape = try TapeReader(bytes)
        let replay = try TapeReplay(tape, model: FakeModel(slots: setup.slots), limits: Limits(), rules: setup.rules)
        #expect(throws: TapeError.self) { while try replay.step() {} }
    }

    @Test(.timeLimit(.minutes(1))) func aRecordingIsReplayedBitForBit() throws {
        let bytes = try record(), (entries, speech, users) = try replay(bytes)
        #expect(entries > 200 && speech > 0 && users > 3, "\(entries), \(speech), \(users)")
        // A tape that was cut off runs as far as it goes.
        #expect(try replay(Array(bytes.prefix(bytes.count * 2 / 3))).entries < entries)
        // Of another text the answer is another.
        var changed = bytes
        let text = Array("5 6 7".utf8)
        let place = try #require(bytes.indices.dropLast(4).first { bytes[$0..<$0 + 5].elementsEqual(text) })
        changed[place + 4] = UInt8(ascii: "8")
        #expect(throws: TapeError.self) { try replay(changed) }
        #expect(throws: TapeError.self) { try TapeReader(Array(bytes.dropFirst())) }
    }
}
