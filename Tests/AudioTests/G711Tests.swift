// G.711's tables, and its formats on the wire.

import Testing

@testable import Audio

@Suite struct G711Tests {
    /// From the Recommendation's tables 1 and 2: codes as they are sent, and what they decode to, in units of the law.
    @Test(arguments: [
        (0x80, 8031), (0x81, 7775), (0x8f, 4191), (0x90, 3999), (0x9f, 2079), (0xaf, 1023), (0xbf, 495), (0xcf, 231),
        (0xdf, 99), (0xef, 33), (0xf0, 30), (0xfe, 2), (0xff, 0), (0x00, -8031), (0x7e, -2),
    ])
    func muLawDecodesAsInTheTable(_ code: Int, _ value: Int) {
        #expect(G711.mu.decode(UInt8(code)) == Float(value) / 8192)
    }

    @Test(arguments: [
        (0xaa, 4032), (0xab, 3904), (0xa5, 2112), (0xba, 2016), (0xb5, 1056), (0x85, 528), (0x95, 264), (0xe5, 132),
        (0xf5, 66), (0xc5, 33), (0xd5, 1), (0xd4, 3), (0x55, -1), (0x2a, -4032),
    ])
    func aLawDecodesAsInTheTable(_ code: Int, _ value: Int) {
        #expect(G711.a.decode(UInt8(code)) == Float(value) / 4096)
    }

    @Test(arguments: [G711.mu, .a]) func everyCodeComesBack(_ law: G711) {
        #expect((UInt8.min...UInt8.max).allSatisfy { law.encode(law.decode($0)) == $0 })
    }

    /// Decision values at the ends of the segments and the first, from the same tables: what is above, what is below.
    @Test(arguments: [
        (4063, 4191, 3999), (2015, 2079, 1983), (991, 1023, 975), (479, 495, 471), (223, 231, 219), (95, 99, 93),
        (31, 33, 30), (1, 2, 0),
    ])
    func muLawDecidesAsInTheTable(_ at: Float, _ above: Float, _ below: Float) {
        for (sample, value) in [(at, above), (at - 0.1, below), (-at, -above), (0.1 - at, -below)] {
            #expect(G711.mu.decode(G711.mu.encode(sample / 8192)) == value / 8192)
        }
    }

    @Test(arguments: [
        (2048, 2112, 2016), (1024, 1056, 1008), (512, 528, 504), (256, 264, 252), (128, 132, 126), (64, 66, 63),
        (2, 3, 1),
    ])
    func aLawDecidesAsInTheTable(_ at: Float, _ above: Float, _ below: Float) {
        for (sample, value) in [(at, above), (at - 0.1, below), (-at, -above), (0.1 - at, -below)] {
            #expect(G711.a.decode(G711.a.encode(sample / 4096)) == value / 4096)
        }
    }

    @Test func whatIsTooLoudIsClippedAndNoNumberIsNoCrash() {
        for loud: Float in [1, 2, .infinity] {
            #expect(G711.mu.encode(loud) == 0x80 && G711.mu.encode(-loud) == 0x00)
            #expect(G711.a.encode(loud) == 0xaa && G711.a.encode(-loud) == 0x2a)
        }
        #expect(G711.mu.encode(.nan) & 0x7f == 0)
    }

    @Test(arguments: [AudioFormat.Codec.pcmu, .pcma]) func aSliceIsEightBytesAMillisecond(
        _ codec: AudioFormat.Codec
    ) throws {
        #expect(AudioFormat(codec: codec, rate: 16_000) == nil)
        let format = try #require(AudioFormat(codec: codec, rate: 8_000))
        let encoder = try AudioEncoder(serving: format), decoder = try AudioDecoder(format)
        var heard: [Float] = []
        for _ in 0..<3 {
            let messages = try encoder.encode([Float](repeating: 0.25, count: 1280))
            #expect(messages.map(\.count) == [640])
            heard += try #require(decoder.decode(messages[0]))
        }
        #expect(heard.count == 3 * 1280)
        #expect(heard.suffix(1280).allSatisfy { abs($0 - 0.25) < 0.01 })
        #expect(decoder.decode([]) == nil)
    }
}
