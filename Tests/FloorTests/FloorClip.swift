// Two seconds of sound and ear rows, for the golden tests.

import Kernels
import Transformer

@testable import Floor

/// The clip's ear rows and samples. [slices, …]
struct FloorClip {
    let ear, microphone, own: Buffer

    init(slices: Int) throws {
        let file = try TensorFile(path: FloorGolden.clipPath)
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
