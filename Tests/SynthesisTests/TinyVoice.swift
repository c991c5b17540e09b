// Voices of random weights, and what PyTorch makes of them (Scripts/synthesis/golden.py).

import Foundation
import Kernels
import Synthesis

/// A file of Resources: what is said, the frames of each id, and the sound without noise.
struct TinyVoice: Decodable {
    var text: String
    var speaker: Int
    var frames: [Int]
    var sound: [Float]

    static let names = ["one", "many"]
    static let folder = #filePath.replacing("TinyVoice.swift", with: "Resources/")

    static func golden(_ name: String) throws -> TinyVoice {
        try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: folder + name + ".json")))
    }

    static func voice(_ name: String, _ precision: Precision = .f32) throws -> Voice {
        try Voice(path: folder + name + ".onnx", precision: precision)
    }

    /// All samples of a clause, in slices.
    static func sound(_ streams: Streams, _ slot: Int, _ clause: Clause, slices: [Int]) -> [Float] {
        streams.open(slot, clause)
        var samples: [Float] = [], i = 0
        while streams.speaks(slot) {
            samples += streams.next([slot], samples: slices[i % slices.count])[0]
            i += 1
        }
        return samples
    }
}
