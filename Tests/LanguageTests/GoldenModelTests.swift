// Each architecture against transformers, with the same random weights (Scripts/language/golden_models.py).

import Foundation
import Kernels
import Testing
import Transformer

@testable import Language

@Suite struct GoldenModelTests {
    private static func file(_ name: String) throws -> GGUFFile {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources")
        return try GGUFFile(path: folder.appendingPathComponent("model-\(name).gguf").path)
    }

    /// The largest difference of a logit.
    private static func difference(_ file: GGUFFile, _ weights: LanguageWeights) throws -> Float {
        let tokens = try file.ints("golden.tokens"), golden = try file.floats("golden.logits")
        let memory = TurnMemory.Shape(rows: 256, window: 64, slack: 32)
        let runtime = LanguageRuntime(weights, memory: memory, cache: .f32, slots: 1, rowsMax: 1, logitsMax: 1)
        runtime.open(0)
        let count = weights.shape.vocabulary
        var most: Float = 0
        for (i, token) in tokens.enumerated() {
            // The first tokens are pinned, so that both parts of the cache take part.
            if i == 7 { runtime.pin(0) }
            runtime.step([LanguageRuntime.Row(slot: 0, token: Int32(token), wantsLogits: true)])
            for j in 0..<count { most = max(most, abs(runtime.logits(0)[j] - golden[i * count + j])) }
        }
        return most
    }

    @Test(arguments: Architectures.all.map(\.name)) func theLogitsAreThoseOfTransformers(_ name: String) throws {
        let file = try Self.file(name), difference = try Self.difference(file, LanguageWeights(file, precision: .f32))
        #expect(difference < 1e-4, "\(difference)")
    }

    /// The logits are around ten: what rounding to eight bits changes shows that the comparison sees something.
    @Test func roundedWeightsAreSeen() throws {
        let file = try Self.file("qwen3")
        let difference = try Self.difference(file, LanguageWeights(file, precision: .int8))
        #expect(difference > 1e-2 && difference < 3, "\(difference)")
    }
}
