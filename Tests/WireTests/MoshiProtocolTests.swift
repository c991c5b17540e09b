// Moshi's messages, both ways.

import Audio
import Basics
import Testing

@testable import Audio
@testable import Wire

@Suite struct MoshiProtocolTests {
    private let slice = (0..<1280).map { Float($0 % 40) / 80 - 0.25 }

    private func opened(_ query: String = "") -> MoshiProtocol {
        let wire = MoshiProtocol(.standard)
        _ = wire.opened(UpgradeRequest(path: "/", query: query))
        return wire
    }

    private func heard(_ action: ClientAction?) -> Int {
        if case .audio(let samples)? = action { samples.count } else { 0 }
    }

    /// A client's stream: head and tags, then a page for each packet of 20 ms.
    private func stream(slices: Int) throws -> [UInt8] {
        let encoder = try AudioEncoder(.standard)
        var muxer = OggMuxer(), bytes = muxer.head(rate: 24_000)
        for _ in 0..<slices { for packet in try encoder.encode(slice) { bytes += muxer.page(packet) } }
        return bytes
    }

    private func begun(_ query: String) -> [ClientAction] {
        MoshiProtocol(.standard).opened(UpgradeRequest(path: "/", query: query))
    }

    @Test func theSessionStartsWithTheConnection() {
        #expect(begun("") == [.start(seed: 0)])
        #expect(begun("seed=12&text_seed=3") == [.start(seed: 12)])
        #expect(
            begun("text_temperature=0.7&text_seed=3&audio_seed=4")
                == [.start(seed: 3)])
        #expect(begun("x&=&Seed=a") == [.start(seed: 0)])
    }

    @Test func theHandshakeComesWhenTheSessionRuns() {
        #expect(opened().encode(.started(id: "a", model: "m")) == [.binary([0])])
    }

    @Test func textIsTheAssistantsAlone() {
        let wire = opened()
        #expect(wire.encode(.assistantText(" grüß", start: 0, end: 80)) == [.binary([2] + " grüß".utf8)])
        let others: [ServerEvent] = [
            .assistantText("", start: 0, end: 80), .userText("a", start: 0, end: 80), .userDone("a", start: 0, end: 80),
            .assistantDone("a", interrupted: false, start: 0, end: 80), .speaking(at: 0), .listening(at: 0),
            .interrupted(at: 0), .info(code: "a", message: "b", milliseconds: 1), .closed(reason: "a", seconds: 1),
        ]
        #expect(others.allSatisfy { wire.encode($0).isEmpty })
    }

    @Test func whatItSaysItUnderstands() throws {
        let server = opened(), client = opened()
        var samples = 0
        for number in 0..<5 {
            let messages = server.encode(.audio(slice))
            guard messages.count == 1, case .binary(let bytes) = messages[0] else {
                Issue.record("\(messages)")
                return
            }
            #expect(bytes[0] == 1 && bytes[1...].starts(with: "OggS".utf8))
            #expect((bytes.count > 100 && bytes[29...].starts(with: "OpusHead".utf8)) == (number == 0))
            samples += heard(client.received(binary: bytes))
        }
        #expect(samples == 5 * 1280)
    }

    @Test(arguments: [1, 7, 100, 1000]) func audioMayBeCutAnywhere(_ size: Int) throws {
        let wire = opened(), bytes = try stream(slices: 10)
        var samples = 0
        for at in stride(from: 0, to: bytes.count, by: size) {
            samples += heard(wire.received(binary: [1] + bytes[at..<min(bytes.count, at + size)]))
        }
        // The microphone's encoder holds back what does not fill a packet.
        #expect(samples >= 9 * 1280 && samples % 320 == 0)
    }

    @Test func otherKindsAreIgnored() {
        let wire = opened()
        for kind: UInt8 in [0, 2, 3, 4, 5, 6, 7, 255] { #expect(wire.received(binary: [kind, 1, 2]) == nil) }
        #expect(wire.received(binary: []) == nil && wire.received(binary: [1]) == nil)
        #expect(wire.received(text: "hello") == [])
    }

    @Test func fiftyBadMessagesInARowEndTheSession() throws {
        let wire = opened(), good = try stream(slices: 1)
        var bad = good
        bad[22] ^= 1
        bad.removeSubrange(47...)
        for _ in 0..<49 { #expect(wire.received(binary: [1] + bad) == nil) }
        #expect(heard(wire.received(binary: [1] + good)) > 0)
        for _ in 0..<49 { #expect(wire.received(binary: [1] + bad) == nil) }
        guard case .fail(let messages)? = wire.received(binary: [1] + bad) else {
            Issue.record("the 50th bad message was taken")
            return
        }
        #expect(messages.contains { if case .close(1003, _) = $0 { true } else { false } })
    }

    /// A packet of one byte may last 60 ms, and one message hold 60 000 of them.
    @Test func oneMessageIsNoHourOfAudio() {
        let wire = opened(), packets = [UInt8](repeating: 0x18, count: 255)
        var page = OggPage.bytes([], flags: 0, granule: 0, serial: 0, sequence: 0)
        page.replaceSubrange(26..., with: [255] + [UInt8](repeating: 1, count: 255) + packets)
        OggPage.seal(&page)
        let samples = heard(wire.received(binary: [1] + page))
        #expect(samples > 0 && samples <= 4 * 16_000)
    }
}
