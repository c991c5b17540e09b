// Silence is sent again unmade; who listens must not notice.

import Testing

@testable import Audio

@Suite struct SilenceTests {
    private let zeros = [Float](repeating: 0, count: 1280)

    private func noise(_ slices: Int) -> [[Float]] {
        var state: UInt32 = 1, low: Float = 0
        return (0..<slices).map { _ in
            (0..<1280).map { _ in
                state = state &* 1_664_525 &+ 1_013_904_223
                low = 0.9 * low + 0.1 * (Float(state >> 8) * 0x1p-23 - 1)
                return low
            }
        }
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

    @Test func aServerSaysASliceInOnePacket() throws {
        let encoder = try AudioEncoder(serving: .standard), decoder = try AudioDecoder(.standard)
        for slice in noise(5) {
            let packets = try encoder.encode(slice)
            #expect(packets.count == 1)
            #expect(packets[0].withUnsafeBufferPointer(OpusPacket.seconds) == 0.08)
            #expect(decoder.decode(packets[0])?.count == 1280)
        }
        #expect(OpusPacket.seconds(UnsafeBufferPointer(start: nil, count: 0)) == nil)
    }

    @Test func silenceEndsInTheSamePacketThatIsExactSilence() throws {
        let encoder = try AudioEncoder(serving: .standard), decoder = try AudioDecoder(.standard)
        for slice in noise(10) { _ = decoder.decode(try encoder.encode(slice)[0]) }
        var packets: [[UInt8]] = [], heard: [[Float]] = []
        for _ in 0..<40 {
            packets += try encoder.encode(zeros)
            heard.append(decoder.decode(packets.last!)!)
        }
        #expect(packets.suffix(20).allSatisfy { $0 == packets.last && $0.count < 20 })
        // Below half a step of 16 bits.
        #expect(heard.suffix(20).joined().allSatisfy { abs($0) < 1 / 65536 })
    }

    /// One decoder hears every packet, the other only those that were made: what the encoder believes it has heard.
    @Test func repeatedSilenceLeavesTheDecoderAsTheEncoderBelieves() throws {
        let encoder = try OpusPacketEncoder(rate: 16_000, coding: .assistant)
        let first = try OpusPacketDecoder(rate: 24_000), second = try OpusPacketDecoder(rate: 24_000)
        for slice in noise(10) + Array(repeating: zeros, count: 30) {
            let packet = try encoder.encode(slice[...])
            #expect(try first.decode(packet) == second.decode(packet))
        }
        for _ in 0..<60 { _ = try first.decode(encoder.encode(zeros[...])) }
        for slice in noise(10) {
            let packet = try encoder.encode(slice[...]), (a, b) = (try first.decode(packet), try second.decode(packet))
            #expect(difference(a, b) < 1e-5)
        }
    }

    @Test func speechAfterSilenceIsAsGoodAsBefore() throws {
        let encoder = try AudioEncoder(serving: .standard), decoder = try AudioDecoder(.standard)
        func error(_ slices: [[Float]]) throws -> Float {
            // CELT's own delay is 2.5 ms.
            let heard = try slices.flatMap { try decoder.decode(encoder.encode($0)[0])! }.dropFirst(40)
            return zip(slices.joined(), heard).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        }
        let before = try error(noise(10))
        for _ in 0..<60 { _ = decoder.decode(try encoder.encode(zeros)[0]) }
        #expect(try error(noise(10)) < 1.2 * before)
    }

    @Test func packetsOfAServerDecodeAtAnyRate() throws {
        let encoder = try AudioEncoder(serving: .standard)
        for rate in [8000, 16_000, 24_000, 48_000] {
            let packet = try encoder.encode(noise(1)[0])[0]
            #expect(try OpusPacketDecoder(rate: rate).decode(packet).count == rate * 8 / 100)
        }
    }
}
