// A real model's file against transformers and llama.cpp (Scripts/language/check_model.py writes what they compute).

import Foundation
import Kernels
import Testing
import Transformer

@testable import Language

@Suite struct RealModelTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".weights/minds").path
    private static let isThere = FileManager.default.fileExists(atPath: folder + "/logits.gguf")
    private static let prompts = 100, promptTokens = 24, answerTokens = 64

    private static func runtime(_ precision: Precision) throws -> LanguageRuntime {
        let file = try GGUFFile(path: folder + "/SmolLM2-135M-Instruct.Q4_1.gguf")
        return LanguageRuntime(
            try LanguageWeights(file, precision: precision),
            memory: TurnMemory.Shape(rows: 1200, window: 1024, slack: 64), cache: precision, slots: prompts,
            rowsMax: prompts, logitsMax: prompts)
    }

    private static func begin(_ runtime: LanguageRuntime, _ slot: Int, _ tokens: [Int]) {
        runtime.open(slot)
        runtime.step([LanguageRuntime.Row(slot: slot, token: Int32(tokens[0]), wantsLogits: true)])
        runtime.pin(slot)
    }

    @Test(.enabled(if: isThere, "needs .weights/minds/logits.gguf, from Scripts/language/check_model.py"))
    func theLogitsOfATextAreThoseOfOthers() throws {
        let golden = try GGUFFile(path: Self.folder + "/logits.gguf"), tokens = try golden.ints("tokens")
        let runtime = try Self.runtime(.f32), count = runtime.weights.shape.vocabulary
        let peers = try ["transformers", "llamacpp"].filter(golden.contains(tensor:)).map { name in
            (name, try golden.tensor(name).floats())
        }
        var most = peers.map { _ in Float(0) }
        Self.begin(runtime, 0, tokens)
        for (i, token) in tokens.enumerated() {
            if i > 0 { runtime.step([LanguageRuntime.Row(slot: 0, token: Int32(token), wantsLogits: true)]) }
            for (p, (_, logits)) in peers.enumerated() {
                for j in 0..<count { most[p] = max(most[p], abs(runtime.logits(0)[j] - logits[i * count + j])) }
            }
        }
        for ((name, _), difference) in zip(peers, most) {
            print("largest difference of a logit from \(name): \(difference)")
            #expect(difference < 2e-3)
        }
    }

    @Test(.enabled(if: isThere, "needs .weights/minds/logits.gguf, from Scripts/language/check_model.py"))
    func greedyContinuationsAreThoseOfOthers() throws {
        let golden = try GGUFFile(path: Self.folder + "/logits.gguf"), prompts = try golden.ints("prompts")
        let runtime = try Self.runtime(.f32), count = runtime.weights.shape.vocabulary
        var answers = [[Int]](repeating: [], count: Self.prompts)
        for slot in 0..<Self.prompts {
            Self.begin(runtime, slot, Array(prompts[slot * Self.promptTokens..<(slot + 1) * Self.promptTokens]))
        }
        for i in 1..<Self.promptTokens + Self.answerTokens {
            runtime.step(
                (0..<Self.prompts).map { slot in
                    let token = i < Self.promptTokens ? prompts[slot * Self.promptTokens + i] : answers[slot].last!
                    return LanguageRuntime.Row(slot: slot, token: Int32(token), wantsLogits: true)
                })
            guard i >= Self.promptTokens - 1 else { continue }
            for slot in 0..<Self.prompts where answers[slot].count < Self.answerTokens {
                answers[slot].append(Sampler.greedy(runtime.logits(slot), count: count))
            }
        }
        for name in ["transformers", "llamacpp"] {
            guard let others = try golden.ints(ifPresent: name + ".answers") else { continue }
            let same = (0..<Self.prompts).filter { slot in
                answers[slot] == Array(others[slot * Self.answerTokens..<(slot + 1) * Self.answerTokens])
            }
            print("continuations identical to \(name)'s: \(same.count) of \(Self.prompts)")
            #expect(same.count >= 98)
        }
    }
}
