// WAV files there and back.

import Foundation
import Testing

@testable import Evaluation

@Suite struct WAVTests {
    @Test func whatIsWrittenIsRead() throws {
        let wav = WAV(rate: 16_000, channels: [[0, 0.5, -1], [1, -0.25, 0]])
        let read = try WAV(data: [UInt8](wav.data))
        #expect(read.rate == 16_000 && read.channels.count == 2)
        for (a, b) in zip(wav.channels.joined(), read.channels.joined()) { #expect(abs(a - b) < 1e-4) }
    }

    @Test func monoIsTheMeanOfTheChannels() {
        #expect(WAV(rate: 8000, channels: [[1, 0], [0, 0.5]]).mono == [0.5, 0.25])
    }

    @Test func whatIsNoWAVIsRefused() {
        let sound = [UInt8](WAV(rate: 16_000, channels: [[0]]).data)
        #expect(throws: WAVError.self) { try WAV(data: []) }
        #expect(throws: WAVError.self) { try WAV(data: Array("RIFFxxxxWAVE".utf8)) }
        var eightBit = sound
        eightBit[34] = 8
        #expect(throws: WAVError.self) { try WAV(data: eightBit) }
        #expect(throws: WAVError.self) { try WAV(path: "/nonexistent.wav") }
    }

    @Test func aTruncatedFileGivesWhatIsThere() throws {
        let data = [UInt8](WAV(rate: 16_000, channels: [[0.1, 0.2, 0.3]]).data)
        #expect(try WAV(data: Array(data.dropLast(2))).channels[0].count == 2)
    }
}
