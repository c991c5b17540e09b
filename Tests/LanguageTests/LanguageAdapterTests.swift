// Low-rank adapters: what they change, and that they are refused where they do not fit.

import Foundation
import Testing
import Transformer

@testable import Language

@Suite struct LanguageAdapterTests {
    /// A safetensors file of float32 tensors.
    private static func adapter(
        _ tensors: [(name: String, shape: [Int], values: [Float])], metadata: [String: String] = [:]
    ) throws -> LanguageAdapter {
        var header: [String: Any] = ["__metadata__": metadata], data = Data()
        for tensor in tensors {
            let end = data.count + 4 * tensor.values.count
            header[tensor.name] = ["dtype": "F32", "shape": tensor.shape, "data_offsets": [data.count, end]]
            tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
        }
        let json = try JSONSerialization.data(withJSONObject: header)
        let path = NSTemporaryDirectory() + "duet-adapter-\(UUID().uuidString).safetensors"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let length = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) }
        try (length + json + data).write(to: URL(fileURLWithPath: path))
        return try LanguageAdapter(path: path)
    }

    @Test func aProductOfLowRankIsAdded() throws {
        let adapter = try Self.adapter([
            ("blk.0.attn_q.lora_a", [2, 3], [1, 2, 3, 4, 5, 6]), ("blk.0.attn_q.lora_b", [2, 2], [1, 0, 10, 1]),
        ])
        var weights: [Float] = [0, 0, 0, 100, 100, 100]
        try adapter.merge("blk.0.attn_q", into: &weights, inputs: 3, outputs: 2)
        #expect(weights == [1, 2, 3, 114, 125, 136])
        try adapter.merge("blk.1.attn_q", into: &weights, inputs: 3, outputs: 2)
        #expect(weights == [1, 2, 3, 114, 125, 136])
        #expect(adapter.changes("blk.0.attn_q") && !adapter.changes("blk.1.attn_q"))
    }

    @Test func rowsAreReplaced() throws {
        let adapter = try Self.adapter(
            [("token_embd.rows", [2, 2], [7, 8, 9, 10])], metadata: ["token_embd.ids": "2,0"])
        var weights: [Float] = [1, 1, 1, 1, 1, 1]
        try adapter.merge("token_embd", into: &weights, inputs: 2, outputs: 3)
        #expect(weights == [9, 10, 1, 1, 7, 8])
        let rows = try adapter.rows("token_embd", width: 2, count: 3)
        #expect(rows == [2: [7, 8], 0: [9, 10]])
    }

    @Test(arguments: ["", "2", "2,3", "2,2", "-1,0"]) func rowsThatTheMetadataDoesNotListAreRefused(
        _ ids: String
    ) throws {
        let adapter = try Self.adapter(
            [("token_embd.rows", [2, 2], [7, 8, 9, 10])], metadata: ["token_embd.ids": ids])
        #expect(throws: ModelError.self) { try adapter.rows("token_embd", width: 2, count: 3) }
    }

    @Test func anAdapterOfAnotherShapeIsRefused() throws {
        let adapter = try Self.adapter([
            ("blk.0.attn_q.lora_a", [1, 4], [1, 2, 3, 4]), ("blk.0.attn_q.lora_b", [2, 1], [1, 1]),
        ])
        var weights: [Float] = [0, 0, 0, 0, 0, 0]
        #expect(throws: ModelError.self) {
            try adapter.merge("blk.0.attn_q", into: &weights, inputs: 3, outputs: 2)
        }
    }
}
