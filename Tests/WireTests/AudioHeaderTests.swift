// The bytes before audio.

import Audio
import Testing

@testable import Wire

@Suite struct AudioHeaderTests {
    private let header = AudioHeader(
        codec: .pcmu, flags: [.discontinuity, .speech], epoch: 7, sequence: 0x0102_0304, position: 0x0a0b_0c0d_0e0f_1011
    )
    private let bytes: [UInt8] = [
        1, 2, 5, 7, 4, 3, 2, 1, 0x11, 0x10, 0x0f, 0x0e, 0x0d, 0x0c, 0x0b, 0x0a,
    ]

    @Test func everyFieldHasItsPlace() {
        #expect(header.message([9, 8]) == bytes + [9, 8])
        #expect(AudioHeader(bytes + [9, 8]) == header)
    }

    @Test(arguments: [(AudioFormat.Codec.pcm, UInt8(0)), (.opus, 1), (.pcmu, 2), (.pcma, 3)])
    func codecsAreNumbered(_ codec: AudioFormat.Codec, _ number: UInt8) {
        #expect(AudioHeader(codec: codec, sequence: 0, position: 0).message([])[1] == number)
    }

    @Test func whatIsNoHeaderIsNone() {
        #expect(AudioHeader(bytes) != nil)
        #expect(AudioHeader(bytes.dropLast()) == nil, "fifteen bytes")
        for (at, value) in [(0, 0), (0, 2), (1, 4)] as [(Int, UInt8)] {
            var wrong = bytes
            wrong[at] = value
            #expect(AudioHeader(wrong) == nil, "\(value) at \(at)")
        }
    }
}
