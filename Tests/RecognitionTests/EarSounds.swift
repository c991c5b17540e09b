// The sound and the small ear of Scripts/recognition/golden_ear.py, from the same formulas.

import Foundation
import Kernels
import Recognition
import Transformer

enum EarSounds {
    /// Integers from -32768 to 32767: the upper half of a linear congruence (Numerical Recipes).
    private static func noise(_ count: Int, seed: UInt32) -> [Int] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Int(state >> 16) - 32768
        }
    }

    /// 400 slices of noise and pulses; silence in every fourth quarter of 16 slices, and for five seconds.
    static let sound: [Float] = noise(400 * 1280, seed: 7).enumerated().map { i, x in
        let n = i / 1280, gain = n % 16 > 11 || n / 62 == 3 ? 0 : n * 37 % 101
        // Rounded down, as Python divides.
        let sample = (x >> 3) + (i % (80 + n % 50) == 0 ? 20000 : 0)
        return Float(sample * gain) / Float(101 * 2048)
    }

    private static let width = 128, hidden = 96

    private static var shapes: [String: [Int]] {
        var shapes = [
            "encoder.stem1.weight": [width, 80, 3], "encoder.stem1.bias": [width],
            "encoder.stem2.weight": [width, width, 3], "encoder.stem2.bias": [width], "encoder.norm.weight": [width],
            "encoder.norm.bias": [width],
        ]
        for layer in 0..<2 {
            let name = "encoder.blocks.\(layer)."
            for norm in ["norm", "hidden_norm"] {
                (shapes[name + norm + ".weight"], shapes[name + norm + ".bias"]) = ([width], [width])
            }
            for (part, outputs, inputs) in [
                ("attention.qkv", 3 * width, width), ("attention.out", width, width), ("up", hidden, width),
                ("down", width, hidden),
            ] {
                (shapes[name + part + ".weight"], shapes[name + part + ".bias"]) = ([outputs, inputs], [outputs])
            }
        }
        return shapes
    }

    /// The small ear: its tensors are numbered by name. One may be left out.
    static func small(_ precision: Precision, without missing: String? = nil) throws -> EarWeights {
        var header: [String: Any] = [:], data = Data()
        for (seed, (name, shape)) in shapes.sorted(by: { $0.key < $1.key }).enumerated() where name != missing {
            let isScale = name.contains("norm") && name.hasSuffix("weight")
            let values = noise(shape.reduce(1, *), seed: UInt32(seed)).map { x in
                let drawn = Float(x) / 32768
                return isScale ? 1 + drawn / 4 : drawn / (name.contains("qkv") ? 4 : 8)
            }
            let bytes = values.withUnsafeBytes { Data($0) }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [data.count, data.count + bytes.count]]
            data += bytes
        }
        var text = try JSONSerialization.data(withJSONObject: header)
        text += Data(repeating: 32, count: (8 - text.count % 8) % 8)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let length = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        try (length + text + data).write(to: file)
        return try EarWeights.load(file.path, precision: precision)
    }
}
