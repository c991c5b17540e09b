// A small Whisper against PyTorch, with the same random weights (Scripts/recognition/golden.py).

import Foundation
import Kernels
import Testing
import Transformer

@testable import Recognition

@Suite struct GoldenRecognizerTests {
    /// What the script writes; every how many rows or columns, the test repeats.
    struct Golden: Decodable {
        var samples: [Int], frames: Int
        var mel, features, silence, logits: [Float]
        var prompt, tokens: [Int32]
        var meanLogProbability: Float
        var starts: [Int]

        var sound: [Float] { samples.map { Float($0) / 32768 } }
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources")
        .path
    private let golden: Golden

    init() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/golden.json"))
        golden = try JSONDecoder().decode(Golden.self, from: data)
    }

    static func options(_ precision: Precision = .f32, cache: Precision = .f32) -> RecognizerOptions {
        var options = RecognizerOptions()
        (options.precision, options.cache, options.tailSeconds, options.beamWidth) = (precision, cache, 0.5, 1)
        (options.dropLogProbability, options.turnsMax) = (-100, 3)
        return options
    }

    private static func reader(_ precision: Precision) throws -> RecognizerReader {
        let file = try CTranslate2File(path: folder + "/model.bin")
        return RecognizerReader(file: file, shape: try RecognizerShape(file), precision: precision)
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float {
        #expect(a.count == b.count)
        return zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
    }

    private static func every(_ n: Int, _ rows: [Float], width: Int) -> [Float] {
        stride(from: 0, to: rows.count / width, by: n).flatMap { rows[$0 * width..<($0 + 1) * width] }
    }

    @Test func theLogMelIsThatOfPyTorch() {
        let mel = LogMel().features(golden.sound, frames: 2 * golden.frames)
        let difference = difference(Self.every(7, mel, width: LogMel.bands), golden.mel)
        #expect(difference < 1e-4, "\(difference)")
    }

    @Test(arguments: ["f32", "int8"]) func theEncoderIsThatOfPyTorch(_ name: String) throws {
        let reader = try Self.reader(Precision(rawValue: name)!), width = reader.shape.width
        let encoder = SpeechEncoder(try EncoderWeights(reader), reader.shape, cache: .f32)
        _ = encoder.encodeSilence()
        let features = encoder.encode(golden.sound, frames: golden.frames)
        let rows = Array(UnsafeBufferPointer(start: features, count: golden.frames * width))
        let difference = difference(Self.every(5, rows, width: width), golden.features)
        // Rounding to eight bits shows that the comparison sees something.
        #expect(name == "f32" ? difference < 1e-4 : difference > 1e-3 && difference < 0.5, "\(difference)")
    }

    /// Prompt and text in one step, and one token after the other.
    @Test(arguments: [true, false]) func theDecoderIsThatOfPyTorch(_ isAtOnce: Bool) throws {
        let reader = try Self.reader(.f32), shape = reader.shape
        let encoder = SpeechEncoder(try EncoderWeights(reader), shape, cache: .f32)
        let config = try RecognizerConfig.read(Self.folder + "/config.json")
        let decoder = SpeechDecoder(
            try DecoderWeights(reader), shape,
            alignmentHeads: try config.heads(layers: shape.decoderLayers, heads: shape.heads, path: ""), cache: .f32,
            turns: 2,
            lanes: 2, rowsMax: 32)
        let silence = encoder.encodeSilence()
        let values = Array(UnsafeBufferPointer(start: silence, count: shape.frames * shape.width))
        #expect(difference(Self.every(9, values, width: shape.width), golden.silence) < 1e-4)
        decoder.takeSilence(silence)
        decoder.take(encoder.encode(golden.sound, frames: golden.frames), frames: golden.frames, turn: 1)
        let rows = (golden.prompt + golden.tokens).enumerated().map {
            SpeechDecoder.Row(turn: 1, lane: 1, token: $1, position: $0, wantsLogits: true)
        }
        var logits: [Float] = []
        for step in isAtOnce ? [rows] : rows.map({ [$0] }) {
            decoder.step(step)
            for i in step.indices {
                logits += stride(from: 0, to: shape.vocabulary, by: 3).map { decoder.logits(i)[$0] }
            }
        }
        #expect(difference(logits, golden.logits) < 1e-4, "\(difference(logits, golden.logits))")
    }

    @Test func theTextIsThatOfPyTorch() throws {
        let recognizer = try Recognizer.load(Self.folder, options: Self.options())
        let text = recognizer.transcribe([golden.sound])[0]
        let vocabulary = try SpeechVocabulary(folder: Self.folder, count: 131, language: "en")
        #expect(text.text == String(vocabulary.text(golden.tokens).drop { $0 == " " }))
        #expect(abs(text.meanLogProbability - golden.meanLogProbability) < 1e-4)
        #expect(!text.isRepeating && !text.words.isEmpty)
        let seconds = golden.starts.map { min(Double($0) * 0.02, Double(golden.samples.count) / 16000) }
        for word in text.words { #expect(seconds.contains { abs($0 - word.start) < 1e-9 }, "\(word)") }
        #expect(text.words.first?.start == seconds.first)
    }

    /// Bit for bit, probabilities and times included; the last turn is longer than the window.
    @Test(arguments: ["f32", "bf16", "int8"]) func aTurnIsTheSameAloneAndAmongOthers(_ name: String) throws {
        let options = Self.options(Precision(rawValue: name)!, cache: .bf16)
        let recognizer = try Recognizer.load(Self.folder, options: options)
        let sound = golden.sound
        let turns = [
            sound, Array(sound[3000...]), Array(sound[..<5000]), sound.map { -0.3 * $0 }, [],
            sound + sound + sound + sound,
        ]
        let together = recognizer.transcribe(turns)
        #expect(together == turns.map { recognizer.transcribe([$0])[0] })
        #expect(Set(together.map(\.text)).count >= 4)
        #expect(!recognizer.isBusy)
    }

    @Test func beamsTakeTurns() throws {
        var options = Self.options()
        (options.beamWidth, options.meanLogProbabilityMin) = (4, 0)
        let recognizer = try Recognizer.load(Self.folder, options: options)
        let turns = [golden.sound, Array(golden.sound[3000...]), Array(golden.sound[..<5000])]
        let greedy = try Recognizer.load(Self.folder, options: Self.options()).transcribe(turns)
        let beam = recognizer.transcribe(turns)
        #expect(beam == turns.map { recognizer.transcribe([$0])[0] })
        for (a, b) in zip(greedy, beam) { #expect(b.isRepeating || b.meanLogProbability >= a.meanLogProbability) }
        #expect(zip(greedy, beam).contains { $0.meanLogProbability < $1.meanLogProbability })
    }
}
