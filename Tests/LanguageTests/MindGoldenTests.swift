// The default mind with its adapter, against what its training computes (Scripts/training/mind_golden.py).

import Foundation
import Kernels
import Testing
import Transformer

@testable import Language

@Suite struct MindGoldenTests {
    private struct Golden: Decodable {
        struct Entry: Decodable {
            let words: String
            let prompt: [Int32]
            /// Places of the words' last tokens, and log P there that the user's turn is over.
            let at: [Int], end: [Float]
            let answer: [Int]
        }
        let entries: [Entry]
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let base = root.appendingPathComponent(".weights/minds/SmolLM2-135M-Instruct.Q4_1.gguf").path
    private static let isThere = FileManager.default.fileExists(atPath: base)
    private static let needed: Comment = "needs .weights/minds, from Scripts/fetch-mind"
    private static let turnEnd = 2

    private static func golden() throws -> Golden {
        let file = root.appendingPathComponent("Tests/LanguageTests/Resources/mind-golden.json")
        return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    private static func runtime(adapter: LanguageAdapter?) throws -> LanguageRuntime {
        LanguageRuntime(
            try LanguageWeights(GGUFFile(path: base), adapter: adapter, precision: .f32),
            memory: TurnMemory.Shape(rows: 288, window: 224, slack: 32), cache: .f32, slots: 1, rowsMax: 1, logitsMax: 1
        )
    }

    /// Largest difference of log P at the words, and whether the greedy answer is the same.
    private static func compare(_ entry: Golden.Entry, _ runtime: LanguageRuntime) -> (ends: Float, isSame: Bool) {
        let count = runtime.weights.shape.vocabulary
        var ends: Float = 0, isSame = true
        runtime.open(0)
        for (i, token) in (entry.prompt + entry.answer.map(Int32.init)).enumerated() {
            runtime.step([LanguageRuntime.Row(slot: 0, token: token, wantsLogits: true)])
            if i == 0 { runtime.pin(0) }
            let logits = UnsafeBufferPointer(start: runtime.logits(0), count: count)
            if let word = entry.at.firstIndex(of: i) {
                let top = logits.max()!, sum = logits.reduce(Float(0)) { $0 + exp($1 - top) }
                ends = max(ends, abs(logits[turnEnd] - top - log(sum) - entry.end[word]))
            }
            let next = i - entry.prompt.count + 1
            if next >= 0, next < entry.answer.count {
                isSame = isSame && Sampler.greedy(runtime.logits(0), count: count) == entry.answer[next]
            }
        }
        return (ends, isSame)
    }

    @Test(.enabled(if: isThere, needed)) func theAdapterIsMergedAsItWasTrained() throws {
        let path = Self.root.appendingPathComponent("Models/mind/adapter.safetensors").path
        let adapter = try LanguageAdapter(path: path)
        let runtime = try Self.runtime(adapter: adapter)
        for entry in try Self.golden().entries {
            let (ends, isSame) = Self.compare(entry, runtime)
            #expect(ends < 0.02 && isSame, "\(entry.words): \(ends)")
        }
    }

    @Test(.enabled(if: isThere, needed)) func withoutTheAdapterTheAnswersDiffer() throws {
        let runtime = try Self.runtime(adapter: nil)
        #expect(try Self.golden().entries.contains { !Self.compare($0, runtime).isSame })
    }
}
