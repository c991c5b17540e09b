// Whisper beside an evaluation. What it hears is tested with its own target.

import Foundation
import Testing

@testable import EvaluationRuns

@Suite struct WhisperTests {
    private static let folder = #filePath.replacing(
        "Tests/EvaluationRunsTests/WhisperTests.swift", with: ".weights/tiny.en")

    @Test func withoutWeightsThereIsNone() { #expect(Whisper(folder: "/nonexistent") == nil) }

    @Test(
        .enabled(
            if: FileManager.default.fileExists(atPath: folder + "/model.bin"),
            "Whisper tiny.en is not there: Scripts/fetch-weights fetches it"))
    func eachClipGetsItsOwnText() throws {
        let whisper = try #require(Whisper(folder: Self.folder))
        let quiet = [Float](repeating: 0, count: 16_000)
        #expect(try whisper.texts(of: []).isEmpty)
        #expect(try whisper.texts(of: (0..<20).map { _ in quiet }).allSatisfy(\.isEmpty))
    }
}
