// The file of a small voice.

internal import Foundation
internal import Kernels
internal import Transformer

/// `voice.safetensors` as Scripts/training/voice.py writes it. Whatever is wrong is one `ModelError` that names the file.
struct SmallFile {
    let path: String
    let metadata: [String: String]
    private let file: TensorFile

    /// Numbers of a row, taps of a convolution.
    private static let widthMax = 4096, tapsMax = 63

    init(path: String) throws(ModelError) {
        self.path = path
        file = try TensorFile(path: path)
        metadata = file.metadata
        guard metadata["family"] == "duet-voice" else {
            throw ModelError("\(path) is no voice: its metadata name no family duet-voice")
        }
        guard metadata["format"] == "1" else {
            throw ModelError("\(path): format \(metadata["format"] ?? "none") is newer than this program")
        }
    }

    func floats(_ name: String, _ shape: [Int]) throws(ModelError) -> [Float] {
        guard let found = file.shape(of: name) else { throw ModelError("\(path) is no small voice: it has no \(name)") }
        guard found == shape else { throw ModelError("\(path): \(name) has shape \(found), expected \(shape)") }
        return try file.floats(name, shape: shape)
    }

    func has(_ name: String) -> Bool { file.shape(of: name) != nil }

    /// Rows of the matrix `name`.weight.
    func outputs(_ name: String) throws(ModelError) -> Int { try dimensions(name + ".weight", 2)[0] }

    /// Columns of the matrix `name`.
    func width(_ name: String) throws(ModelError) -> Int { try dimensions(name, 2)[1] }

    /// Taps of a depthwise convolution, an odd number.
    func depth(_ name: String, width: Int) throws(ModelError) -> Int {
        let shape = try dimensions(name + ".weight", 3)
        guard shape[2] % 2 == 1, shape[2] <= Self.tapsMax else {
            throw ModelError("\(path): \(name) has \(shape[2]) taps")
        }
        return shape[2]
    }

    private func dimensions(_ name: String, _ count: Int) throws(ModelError) -> [Int] {
        guard let shape = file.shape(of: name) else { throw ModelError("\(path) is no small voice: it has no \(name)") }
        guard shape.count == count, shape.allSatisfy({ (1...Self.widthMax).contains($0) }) else {
            throw ModelError("\(path): \(name) has shape \(shape)")
        }
        return shape
    }

    func linear(
        _ name: String, _ inputs: Int, _ outputs: Int, _ precision: Precision = .f32
    ) throws(ModelError) -> Linear {
        Linear(
            weights: try floats(name + ".weight", [outputs, inputs]), bias: try floats(name + ".bias", [outputs]),
            inputs: inputs, outputs: outputs, precision: precision)
    }

    func norm(_ name: String, _ width: Int) throws(ModelError) -> Normalization {
        Normalization(weight: try floats(name + ".weight", [width]), bias: try floats(name + ".bias", [width]))
    }

    /// The blocks `name`.0, `name`.1 …
    func blocks(_ name: String, width: Int, _ precision: Precision = .f32) throws(ModelError) -> [SmallBlock] {
        var blocks: [SmallBlock] = []
        while has("\(name).\(blocks.count).scale") {
            blocks.append(try SmallBlock(self, "\(name).\(blocks.count)", width: width, precision: precision))
        }
        guard !blocks.isEmpty else { throw ModelError("\(path) is no small voice: it has no \(name)") }
        return blocks
    }

    /// A number of the metadata.
    func number(_ name: String) throws(ModelError) -> Double {
        guard let value = metadata[name].flatMap(Double.init), value.isFinite else {
            throw ModelError("\(path): its metadata have no number \(name)")
        }
        return value
    }
}
