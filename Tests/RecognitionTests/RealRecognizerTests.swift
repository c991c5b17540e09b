// Whisper tiny.en on a person's recording.

import Foundation
import Testing

@testable import Recognition

@Suite struct RealRecognizerTests {
    private static let weights = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".weights").path
    private static let clips = weights + "/recordings/speech-to-intent-benchmark/data/speech/clean"
    private static let isThere =
        FileManager.default.fileExists(atPath: weights + "/tiny.en/model.bin")
        && FileManager.default.fileExists(atPath: clips)

    private static func samples(_ path: String) throws -> [Float] {
        try Data(contentsOf: URL(fileURLWithPath: path)).dropFirst(44).withUnsafeBytes { bytes in
            (0..<bytes.count / 2).map { Float(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) / 32768 }
        }
    }

    @Test(.enabled(if: isThere, "needs Whisper and recordings, from Scripts/fetch-weights"))
    func aPersonIsHeard() throws {
        let recognizer = try Recognizer.load(Self.weights + "/tiny.en")
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.clips).sorted().prefix(4)
        let turns = try names.map { try Self.samples(Self.clips + "/" + $0) }
        let texts = recognizer.transcribe(turns)
        // All are orders of coffee; CTranslate2 hears the same words (Scripts/recognition/compare.py).
        #expect(texts.allSatisfy { !$0.text.isEmpty && $0.meanLogProbability > -1 && !$0.isRepeating })
        #expect(texts.contains { $0.text.lowercased().contains("coffee") }, "\(texts.map(\.text))")
        for (turn, text) in zip(turns, texts) {
            #expect(zip(text.words, text.words.dropFirst()).allSatisfy { $0.end <= $1.start + 1e-9 })
            #expect(text.words.allSatisfy { $0.start >= 0 && $0.end <= Double(turn.count) / 16000 })
            #expect(text.text.split(separator: " ").count == text.words.count)
        }
        #expect(recognizer.transcribe([[Float](repeating: 0, count: 32000)])[0].text.isEmpty)
    }
}
