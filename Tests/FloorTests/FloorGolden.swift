// What Scripts/training/floor_golden.py wrote, and runs of a floor over it.

import Foundation
import Kernels
import Transformer

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
    static let realPath = package.appendingPathComponent("Models/duet-1/floor.safetensors").path

    static func read() throws -> FloorGolden {
        let data = try Data(contentsOf: folder.appendingPathComponent("golden.json"))
        return try JSONDecoder().decode(FloorGolden.self, from: data)
    }

    var count: Int { words.count }
}

/// The clip's ear rows and samples. [slices, …]
struct FloorClip {
    let ear, microphone, own: Buffer

    init(slices: Int) throws {
        let file = try TensorFile(path: FloorGolden.folder.appendingPathComponent("clip.safetensors").path)
        ear = Buffer(try file.floats("ear", shape: [slices, FloorShape.earFloats]))
        microphone = Buffer(try file.floats("microphone", shape: [slices, FloorShape.samples]))
        own = Buffer(try file.floats("own", shape: [slices, FloorShape.samples]))
    }

    func input(_ i: Int, _ golden: FloorGolden) -> FloorInput {
        FloorInput(
            earRows: ear.pointer + i * FloorShape.earFloats, microphone: microphone.pointer + i * FloorShape.samples,
            ownVoice: own.pointer + i * FloorShape.samples, likelihood: golden.likelihood[i] ?? .nan,
            words: golden.words[i], isSpeaking: golden.speaking[i])
    }
}

extension FloorOutput {
    var values: [Float] { [speech, over, self.yield] + kinds }
}

/// The greatest difference of two lists of the same length.
func difference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
