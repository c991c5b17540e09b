// A model of family "duet" with small random weights, written to a directory of its own.

import Basics
import Foundation

/// A model directory in the making. Change a part, then `write()`.
struct TinyModel {
    static let width = 8, vocabulary = 6, codes = 4096

    var config: [String: Any] = [
        "family": "duet", "name": "tiny", "format": 1,
        "plan": [
            "clock": ["slice_ms": 80, "late": "drop"], "layout": [["listen": 1, "think": 1, "say": 1], ["speak": 2]],
            "fuse": "interleave", "tokens": ["idle": 0, "end": 1],
            "memory": ["sinks": 4, "window": 12, "evict": "slice"],
        ],
        "listen": ["width": 8, "hidden": 12, "stack": 4, "dilations": [1, 2]],
        "decode": [
            "width": 8, "layers": 2, "heads": 4, "kv_heads": 2, "head_dim": 4, "hidden": 12, "second_hidden": 10,
            "vocabulary": 6, "codes": 4096, "rope_base": 10000, "norm_epsilon": 1e-5,
        ],
        "speak": ["width": 8, "hidden": 12, "slow": [1, 2], "fast": [1]],
    ]
    var pieces = ["<idle>", "<end>", " a", " b", "c", "d"]
    var shapes = Self.tensors()
    /// Bytes cut off the end of the weights.
    var cut = 0

    private static func tensors() -> [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        func linear(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = false) {
            shapes[name + ".weight"] = [outputs, inputs]
            if bias { shapes[name + ".bias"] = [outputs] }
        }
        func layerNorm(_ name: String) { (shapes[name + ".weight"], shapes[name + ".bias"]) = ([width], [width]) }
        func causal(_ name: String, _ count: Int) {
            for i in 0..<count {
                layerNorm("\(name).\(i).norm")
                linear("\(name).\(i).up", 3 * width, 12, bias: true)
                linear("\(name).\(i).down", 12, width, bias: true)
            }
        }
        func second(_ name: String, _ choices: Int, given: Int) {
            linear(name + ".embedding", width, given)
            linear(name + ".up", width, 10)
            linear(name + ".down", 10, width)
            linear(name + ".head", width, choices)
            (shapes[name + ".norm.weight"], shapes[name + ".output_norm.weight"]) = ([width], [width])
        }
        linear("listen.input", 320, width, bias: true)
        causal("listen.blocks", 2)
        layerNorm("listen.norm")
        linear("decode.listen", 2 * width, width, bias: true)
        linear("decode.kind", width, 2)
        for name in ["think", "say"] { linear("decode.\(name)_embedding", width, vocabulary) }
        for i in 0..<2 { linear("decode.code_embeddings.\(i)", width, codes + 1) }
        for i in 0..<2 {
            for (name, inputs, outputs) in [
                ("query", 8, 16), ("key", 8, 8), ("value", 8, 8), ("output", 16, 8), ("gate", 8, 12), ("up", 8, 12),
                ("down", 12, 8),
            ] { linear("decode.layers.\(i).\(name)", inputs, outputs) }
            for name in ["attention_norm", "feed_norm"] { shapes["decode.layers.\(i).\(name).weight"] = [width] }
        }
        shapes["decode.norm.weight"] = [width]
        linear("decode.think", width, vocabulary)
        linear("decode.first", width, codes + 1)
        second("decode.say", vocabulary, given: vocabulary)
        second("decode.second", codes + 1, given: codes + 1)
        linear("speak.input", 4, width, bias: true)
        causal("speak.slow", 2)
        linear("speak.spread", width, 4 * width, bias: true)
        causal("speak.fast", 1)
        layerNorm("speak.norm")
        linear("speak.output", width, 642, bias: true)
        return shapes
    }

    /// Replaces one entry of a section of the config.
    mutating func set(_ section: String, _ key: String, _ value: Any) {
        var part = config[section] as! [String: Any]
        part[key] = value
        config[section] = part
    }

    /// Writes the three files to a new directory, which the caller removes.
    func write() throws -> String {
        let directory = NSTemporaryDirectory() + "tiny-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        func write(_ name: String, _ data: Data) throws {
            try data.write(to: URL(fileURLWithPath: directory + "/" + name))
        }
        try write("config.json", JSONSerialization.data(withJSONObject: config))
        try write("tokenizer.json", JSONSerialization.data(withJSONObject: ["pieces": pieces]))
        try write("model.safetensors", weights().dropLast(cut))
        return directory
    }

    private func weights() throws -> Data {
        var header: [String: Any] = [:], data = Data(), random = Random(seed: 9)
        for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
            let count = shape.reduce(1, *), start = data.count
            let values = (0..<count).map { _ in name.contains("norm.weight") ? 1 : (random.uniform() - 0.5) * 1.5 }
            values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, data.count]] as [String: Any]
        }
        let text = try JSONSerialization.data(withJSONObject: header)
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + data
    }
}
