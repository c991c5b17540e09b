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

    private func complaint(_ data: [UInt8], name: String = "in.mp3") throws -> String {
        let path = NSTemporaryDirectory() + "duet-\(UUID().uuidString)-\(name)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(data).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: WAVError.self) { try WAV(path: path) }
        return (error?.description ?? "").replacing(path, with: name)
    }

    @Test(arguments: [
        (Array("ID3\u{4}".utf8), "an MP3 file"), ([0xff, 0xfb, 0x90, 0x64], "an MP3 file"),
        (Array("OggS\0".utf8), "an Ogg file"), (Array("fLaC".utf8), "a FLAC file"),
        ([0, 0, 0, 32] + Array("ftypM4A ".utf8), "an MP4 or M4A file"),
    ]) func otherSoundIsCalledByItsNameAndHowToConvertItIsSaid(_ data: [UInt8], _ kind: String) throws {
        #expect(
            try complaint(data)
                == "in.mp3: this is \(kind), not a WAV file; convert it: ffmpeg -i in.mp3 -ar 16000 -ac 1 out.wav")
    }

    @Test func whatIsNoSoundIsNotToBeConverted() throws {
        #expect(try complaint([]) == "in.mp3: the file is empty")
        // UTF-16 begins with bits like those of MPEG.
        for text in [Array("hello".utf8), [0xff, 0xfe, 0x68, 0]] {
            #expect(try complaint(text) == "in.mp3: this is no sound that is known here, not a WAV file")
        }
    }

    @Test(arguments: [
        (1, 24, "24-bit PCM"), (1, 8, "8-bit PCM"), (3, 32, "32-bit floating point"), (6, 8, "A-law"),
        (7, 8, "µ-law"), (99, 16, "sound of encoding 99"),
    ]) func anEncodingThatIsNotReadIsNamed(_ encoding: UInt8, _ bits: UInt8, _ name: String) throws {
        var sound = [UInt8](WAV(rate: 16_000, channels: [[0]]).data)
        (sound[20], sound[34]) = (encoding, bits)
        #expect(
            try complaint(sound, name: "in.wav")
                == "in.wav: it holds \(name), and only 16-bit PCM is read; convert it: ffmpeg -i in.wav -ar 16000 -ac 1 out.wav"
        )
    }

    @Test func aFileThatIsNotThereAndAFolderAreCalledSo() {
        func complaint(_ path: String) -> String? {
            #expect(throws: WAVError.self) { try WAV(path: path) }?.description
        }
        #expect(complaint("/nonexistent.wav") == "there is no file /nonexistent.wav")
        #expect(complaint("/proc") == "/proc is a folder, not a file")
    }

    @Test func aTruncatedFileGivesWhatIsThere() throws {
        let data = [UInt8](WAV(rate: 16_000, channels: [[0.1, 0.2, 0.3]]).data)
        #expect(try WAV(data: Array(data.dropLast(2))).channels[0].count == 2)
    }
}
