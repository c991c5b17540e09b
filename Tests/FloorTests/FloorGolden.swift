// What Scripts/training/floor_golden.py wrote: inputs, and PyTorch's outputs.

import Foundation

@testable import Floor

/// Two seconds of one session, with PyTorch's outputs for two sets of weights.
struct FloorGolden: Decodable {
    var speaking: [Bool]
    var likelihood: [Float?]
    var words: [Int]
    /// [slices, 9]
    var small, real: [Float]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Resources")
    static let package = folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let smallPath = folder.appendingPathComponent("small.safetensors").path
    static let clipPath = folder.appendingPathComponent("clip.safetensors").path
    static let realPath = package.appendingPathComponent("Models/duet-1/floor.safetensors").path

    static func read() throws -> FloorGolden {
        let data = try Data(contentsOf: folder.appendingPathComponent("golden.json"))
        return try JSONDecoder().decode(FloorGolden.self, from: data)
    }

    var count: Int { words.count }
}

extension FloorOutput {
    var values: [Float] { [speech, over, self.yield] + kinds }
}

/// The greatest difference of two lists of the same length.
func difference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
