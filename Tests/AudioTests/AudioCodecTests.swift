// Audio on the wire, both ways.

import Foundation
import Testing

@testable import Audio

@Suite struct AudioCodecTests {
    private func sine(_ count: Int) -> [Float] {
        (0..<count).map { 0.5 * Float(sin(2 * Double.pi * 440 * Double($0) / 16000)) }
    }

    private func power(_ x: [Float]) -> Double {
        (x.reduce(0.0) { $0 + Double($1 * $1) } / Double(max(1, x.count))).squareRoot()
    }

    @Test func ratesThatACodecHasNotAreRefused() {
        #expect(AudioFormat(codec: .opus, rate: 16_000) != nil && AudioFormat(codec: .opus, rate: 8_000) == nil)
        #expect(AudioFormat(codec: .pcm, rate: 8_000) != nil && AudioFormat(codec: .pcm, rate: 44_100) == nil)
    }

    @Test func pcmComesBackAsItWent() throws {
        let format = AudioFormat(codec: .pcm, rate: 16_000)!
        let sent = sine(1280), messages = try AudioEncoder(format).encode(sent)
        #expect(messages.count == 1 && messages[0].count == 2560)
        let heard = try #require(try AudioDecoder(format).decode(messages[0]))
        #expect(zip(sent, heard).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func silenceInPCMIsExactZeros() throws {
        let messages = try AudioEncoder(AudioFormat(codec: .pcm, rate: 24_000)!).encode(
            [Float](repeating: 0, count: 1280))
        #expect(messages[0].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [16_000, 24_000, 48_000]) func opusGivesAPacketEvery20Milliseconds(_ rate: Int) throws {
        let format = AudioFormat(codec: .opus, rate: rate)!
        let encoder = try AudioEncoder(format), decoder = try AudioDecoder(format)
        var packets: [[UInt8]] = [], heard: [Float] = []
        for _ in 0..<25 { packets += try encoder.encode(sine(1280)) }
        for packet in packets { heard += decoder.decode(packet)! }
        #expect((98...100).contains(packets.count))
        #expect(abs(heard.count - 32000) < 1400)
        #expect(abs(power(Array(heard.suffix(8000))) - 0.354) < 0.05)
    }

    /// A stream may be cut anywhere, between the two bytes of a sample too.
    @Test(arguments: [16_000, 24_000]) func samplesMayBeCutInTwo(_ rate: Int) throws {
        let format = AudioFormat(codec: .pcm, rate: rate)!
        let bytes = try AudioEncoder(format).encode(sine(1280))[0], whole = try AudioDecoder(format)
        let expected = whole.decode(bytes)
        for size in [1, 3, 7, 1323] {
            let decoder = try AudioDecoder(format)
            let pieces = stride(from: 0, to: bytes.count, by: size).map {
                decoder.decode(Array(bytes[$0..<min($0 + size, bytes.count)]))
            }
            #expect(pieces.flatMap { $0 ?? [.nan] } == expected)
        }
    }

    @Test func emptyMessagesAreNoAudio() throws {
        let pcm = try AudioDecoder(AudioFormat(codec: .pcm, rate: 16_000)!), opus = try AudioDecoder(.standard)
        #expect(pcm.decode([]) == nil)
        #expect(pcm.decode([1, 2])?.count == 1)
        #expect(opus.decode([]) == nil)
        #expect(opus.decode([0xff, 0xff, 0xff]) == nil)
    }
}
