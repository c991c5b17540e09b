// What a talk sends.

import Foundation
import Testing

@testable import Callers

@Suite struct TalkSourceTests {
    @Test func theLastPacketIsFilledUpAndSilenceFollows() throws {
        let source = TalkSource([0.1, 0.2, 0.3], tail: 3.0 / 16_000)
        #expect(try source.packet(2) == [0.1, 0.2])
        #expect(try source.packet(2) == [0.3, 0])
        #expect(try source.packet(2) == [0, 0])
        #expect(try source.packet(2) == nil)
    }

    @Test func nothingIsNoPacket() throws {
        #expect(try TalkSource([]).packet(320) == nil)
    }

    @Test func aStreamIsReadAsItComesWhereverItIsCut() throws {
        let pipe = Pipe(), source = TalkSource(stream: pipe.fileHandleForReading, tail: 1.0 / 16_000)
        // 0.5 is 0x4000: cut in the middle of a sample.
        let writer = Thread {
            pipe.fileHandleForWriting.write(Data([0x00]))
            usleep(20_000)
            pipe.fileHandleForWriting.write(Data([0x40, 0x00, 0xc0, 0x00]))
            usleep(20_000)
            pipe.fileHandleForWriting.write(Data([0x20]))
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        #expect(try source.packet(2) == [0.5, -0.5])
        #expect(try source.packet(2) == [0.25, 0])
        #expect(try source.packet(2) == nil)
    }
}
