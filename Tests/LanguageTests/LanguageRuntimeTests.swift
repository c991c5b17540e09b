// The language model's runtime: a row's bits depend on nothing but what its talk has been.

import Basics
import DuetTesting
import Kernels
import Testing
import Transformer

@testable import Language

@Suite struct LanguageRuntimeTests {
    private static let llama = try! RandomLanguage().weights()

    private static func runtime(
        _ weights: LanguageWeights = llama, cache: Precision = .f32, slots: Int = 4
    ) -> LanguageRuntime {
        LanguageRuntime(
            weights, memory: TurnMemory.Shape(rows: 72, window: 40, slack: 24), cache: cache, slots: slots, rowsMax: 64,
            logitsMax: 64)
    }

    private static func tokens(_ count: Int, seed: UInt64 = 1) -> [Int32] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in Int32(random.below(48)) }
    }

    /// Computes tokens of one slot in steps of `chunk`; a turn begins every `turn` tokens. Returns each token's logits.
    @discardableResult
    private static func run(
        _ runtime: LanguageRuntime, _ slot: Int, _ tokens: [Int32], chunk: Int = 1, turn: Int = 9
    ) -> [[Float]] {
        var logits: [[Float]] = []
        for first in stride(from: 0, to: tokens.count, by: chunk) {
            let these = first..<min(first + chunk, tokens.count), at = runtime.position(slot) - first
            runtime.step(
                these.map { i in
                    LanguageRuntime.Row(
                        slot: slot, token: tokens[i], beginsTurn: (at + i) % turn == 0, wantsLogits: true)
                })
            for i in 0..<these.count { logits.append(Array(UnsafeBufferPointer(start: runtime.logits(i), count: 48))) }
        }
        return logits
    }

    private static func begin(_ runtime: LanguageRuntime, _ slot: Int) {
        runtime.open(slot)
        run(runtime, slot, tokens(5, seed: 99))
        runtime.pin(slot)
    }

    @Test(arguments: ["f32", "bf16", "int8"]) func aTextGivesTheSameInChunksOfAnySize(_ cache: String) throws {
        let tokens = Self.tokens(150), cache = try #require(Precision(rawValue: cache))
        var all: [[[Float]]] = []
        for chunk in [1, 2, 7, 24] {
            let runtime = Self.runtime(cache: cache)
            Self.begin(runtime, 0)
            all.append(Self.run(runtime, 0, tokens, chunk: chunk))
        }
        #expect(all.allSatisfy { $0 == all[0] })
    }

    @Test func aTalkGivesTheSameAloneAndAmongOthers() {
        let runtime = Self.runtime(), alone = Self.runtime()
        for slot in 0..<4 { Self.begin(runtime, slot) }
        Self.begin(alone, 0)
        let texts = (0..<4).map { Self.tokens(60, seed: UInt64($0)) }
        let expected = Self.run(alone, 0, texts[2], turn: 1000)
        for i in 0..<60 {
            // Other talks have one or two tokens in the step.
            let others = (0..<4).filter { $0 != 2 && (i + $0) % 3 != 0 }
            let rows = others.flatMap { slot in
                (0...slot % 2).map { LanguageRuntime.Row(slot: slot, token: texts[slot][i + $0 > 59 ? 59 : i + $0]) }
            }
            runtime.step(rows + [LanguageRuntime.Row(slot: 2, token: texts[2][i], wantsLogits: true)])
            #expect(Array(UnsafeBufferPointer(start: runtime.logits(0), count: 48)) == expected[i])
        }
    }

    @Test(arguments: ["f32", "bf16", "int8"], [3, 20, 24]) func whatIsTakenBackLeavesNoTrace(
        _ cache: String, _ count: Int
    ) throws {
        let cache = try #require(Precision(rawValue: cache))
        let runtime = Self.runtime(cache: cache), plain = Self.runtime(cache: cache)
        for runtime in [runtime, plain] { Self.begin(runtime, 0) }
        // Long enough for evictions before and after, and for the ring to go round.
        for round in 0..<12 {
            let tokens = Self.tokens(13, seed: UInt64(round))
            let expected = Self.run(plain, 0, tokens, chunk: 5)
            #expect(Self.run(runtime, 0, tokens) == expected)
            let position = runtime.position(0)
            Self.run(runtime, 0, Self.tokens(count, seed: 1000), chunk: 4)
            #expect(runtime.truncate(0, to: position))
        }
        #expect(runtime.memory(0).oldest > 100)
    }

    @Test func aCopiedBeginningIsAsGoodAsAComputedOne() {
        let runtime = Self.runtime(cache: .int8)
        Self.begin(runtime, 0)
        runtime.open(3, from: 0)
        let tokens = Self.tokens(60)
        #expect(Self.run(runtime, 3, tokens, chunk: 6) == Self.run(runtime, 0, tokens, chunk: 6))
    }

    @Test func aClosedSlotRemembersNothing() {
        let runtime = Self.runtime(), other = Self.runtime()
        Self.begin(runtime, 1)
        Self.run(runtime, 1, Self.tokens(50))
        runtime.close(1)
        for runtime in [runtime, other] { Self.begin(runtime, 1) }
        #expect(Self.run(runtime, 1, Self.tokens(30)) == Self.run(other, 1, Self.tokens(30)))
    }

    /// The reordered rows of query and key give the same products.
    @Test func adjacentPairsBecomeHalves() {
        #expect(WeightReader.halves(rows: 8, heads: 2) == [0, 2, 1, 3, 4, 6, 5, 7])
        #expect(WeightReader.halves(rows: 6, heads: 1) == [0, 2, 4, 1, 3, 5])
    }

    @Test(arguments: ["llama", "qwen2", "qwen3"]) func everyArchitectureRuns(_ name: String) throws {
        let weights = try RandomLanguage(architecture: name).weights(), runtime = Self.runtime(weights)
        Self.begin(runtime, 0)
        #expect(Self.run(runtime, 0, Self.tokens(20)).allSatisfy { $0.allSatisfy(\.isFinite) })
    }

    @Test func anUnknownArchitectureIsRefusedByName() throws {
        let error = #expect(throws: ModelError.self) { try RandomLanguage(architecture: "mamba").weights() }
        #expect(error?.description.hasSuffix("of architecture mamba; supported are llama, qwen2, qwen3") == true)
    }

    @Test func aTensorThatNobodyReadsIsRefused() throws {
        // The same tensors, in a file that says it is a llama: the norms of the heads would be left out.
        var language = RandomLanguage(architecture: "qwen3")
        language.claims = "llama"
        let error = #expect(throws: ModelError.self) { try language.weights() }
        #expect(error?.description.hasSuffix("the tensor blk.0.attn_k_norm.weight is not supported") == true)
    }
}
