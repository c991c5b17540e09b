// Actions of the engine become events of the protocol.

import Basics
import Dialogue
import Testing
import Wire

@testable import Simulation
@testable import Sockets
@testable import duet

@Suite struct ConversationTests {
    private let slot = Slot(index: 0, generation: 1), model = FakeModel(slots: 1)
    private func at(_ slices: Int64) -> SampleTime { SampleTime(samples: slices * 1280) }

    private func conversation() -> Conversation {
        let connection = Connection(
            UpgradeRequest(path: "/v1/duplex"), loop: ServiceLoop(),
            socket: SocketHandle(pointer: OpaquePointer(bitPattern: 8)!),
            bytesMax: 0)
        return Conversation(
            id: "a", connection: connection, inlet: Inlet(), entry: WireProtocols.all[0], slot: slot,
            opened: Instant(nanoseconds: 0))
    }

    @Test func piecesBecomeATranscript() {
        var c = conversation()
        #expect(
            c.events(for: .userText(slot, token: 5, at: at(10)), model: model) == [
                .userText(" 5", start: 800, end: 880)
            ])
        _ = c.events(for: .userText(slot, token: 6, at: at(12)), model: model)
        #expect(c.events(for: .userEnd(slot, at: at(15)), model: model) == [.userDone("5 6", start: 800, end: 1200)])
        #expect(c.events(for: .userEnd(slot, at: at(20)), model: model) == [.userDone("", start: 800, end: 1600)])
    }

    @Test func anInterruptedAnswerSaysSo() {
        var c = conversation()
        _ = c.events(for: .assistantText(slot, token: 9, at: at(1)), model: model)
        #expect(
            c.events(for: .interrupted(slot, at: at(4)), model: model) == [
                .interrupted(at: 320), .assistantDone("9", interrupted: true, start: 80, end: 320),
            ])
    }

    @Test func everySliceCounts() {
        var c = conversation()
        for i in 0..<3 { _ = c.events(for: .audio(slot, pcm: [0], at: at(Int64(i)), speech: false), model: model) }
        #expect(c.slices == 3)
    }
}
