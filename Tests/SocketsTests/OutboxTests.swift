// The queue of messages on their way out.

import Testing
import Wire

@testable import Sockets

@Suite struct OutboxTests {
    private let socket = SocketHandle(pointer: OpaquePointer(bitPattern: 8)!)

    @Test func aFullOutboxRefusesWholeSends() {
        let outbox = Outbox(socket: socket, bytesMax: 4)
        #expect(outbox.push([.binary([1, 2]), .binary([3, 4])]) == true)
        #expect(outbox.push([.binary([5])]) == nil)
        #expect(outbox.push([.close(code: 1000, reason: "")]) == false)
        #expect(outbox.push([.text("")]) == nil)
    }

    @Test func whatIsPoppedMakesRoom() {
        let outbox = Outbox(socket: socket, bytesMax: 4)
        _ = outbox.push([.binary([1, 2, 3, 4])])
        guard case .message(.binary([1, 2, 3, 4]), more: false) = outbox.pop() else {
            Issue.record("nothing popped")
            return
        }
        #expect(outbox.push([.binary([1, 2, 3, 4])]) == true)
    }

    /// A reader who stays a little behind: the queue never runs empty. Sizes are those of the protocols' slices: Moshi's, native Opus
    /// and PCM, Live, Realtime.
    @Test(arguments: [40, 134, 2560, 5175, 5300, 7680])
    func aReaderWhoIsNeverQuiteThereCostsNoMoreThanTheLimit(_ size: Int) {
        let outbox = Outbox(socket: socket, bytesMax: 256 << 10),
            message = WireMessage.binary([UInt8](repeating: 1, count: size))
        let waiting = (128 << 10) / size
        for _ in 0..<waiting { #expect(outbox.push([message]) != nil) }
        for _ in 0..<100_000 {
            _ = outbox.push([message])
            guard case .message(_, more: true) = outbox.pop() else {
                Issue.record("it ran empty")
                return
            }
        }
        #expect(outbox.placesHeld <= 4 * waiting + 64, "\(outbox.placesHeld) places for \(waiting) messages")
    }

    @Test func messagesComeInTheirOrder() {
        let outbox = Outbox(socket: socket, bytesMax: 1 << 20)
        for i in 0..<100 { _ = outbox.push([.binary([UInt8(i)])]) }
        for i in 0..<99 {
            guard case .message(.binary(let bytes), more: true) = outbox.pop() else {
                Issue.record("no message \(i)")
                return
            }
            #expect(bytes == [UInt8(i)])
        }
    }
}
