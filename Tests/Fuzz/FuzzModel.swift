// A model's files.

import Foundation

@testable import Dialogue
@testable import Families
@testable import Transformer

enum FuzzModel {
    /// safetensors, and every tensor in it.
    static func tensors(_ bytes: [UInt8]) {
        FuzzFile.write(bytes)
        guard let file = try? TensorFile(path: FuzzFile.path) else { return }
        for name in file.names {
            guard let shape = file.shape(of: name), let floats = try? file.floats(name, shape: shape) else { continue }
            Fuzz.expect(floats.count == shape.reduce(1, *), "\(name) has \(floats.count) numbers")
        }
    }

    /// config.json, and a tokenizer.
    static func config(_ bytes: [UInt8]) {
        FuzzFile.write(bytes)
        if let config = try? DuetConfig.read(FuzzFile.path) {
            Fuzz.expect(config.plan.positionsPerSlice > 0 && config.plan.samplesPerSlice > 0, "an empty plan")
        }
        if let tokenizer = try? Tokenizer(path: FuzzFile.path) {
            _ = tokenizer.encode(String(decoding: bytes.suffix(256), as: UTF8.self))
            for token in tokenizer.pieces.indices.prefix(64) { _ = tokenizer.text(Int32(token)) }
        }
    }
}
