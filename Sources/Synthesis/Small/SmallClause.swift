// A clause of the small voice: what the encoder made of its phones, and which frame has which.

internal import Kernels

struct SmallEncoding: EncodingContent {
    let spelling: SmallSymbols.Spelling
    /// [phones, width], and the logarithms of the phones' frames.
    let rows, logarithms: [Float]
}

struct SmallClause: ClauseContent {
    /// [phones, width]
    let rows: [Float]
    /// The frame at which each phone ends, and the phone of each frame.
    let ends: [Int]
    let phoneOfFrame: [Int32]
    let seed: UInt64

    /// Where `frame` is in its phone, to place [SmallVoice.places], as in `places` of voice_model.py.
    func place(_ frame: Int, to place: UnsafeMutablePointer<Float>) {
        let phone = Int(phoneOfFrame[frame]), start = phone == 0 ? 0 : ends[phone - 1]
        let length = ends[phone] - start, at = frame - start, left = length - 1 - at
        place.update(repeating: 0, count: SmallVoice.places)
        place[0] = Float(min(at, 30)) / 10
        place[1] = Float(min(left, 30)) / 10
        place[2] = Float(min(length, 30)) / 10
        place[3] = (Float(at) + 0.5) / Float(length)
        if at < 6 { place[4 + at] = 1 }
        if left < 6 { place[10 + left] = 1 }
    }

    /// The encoder's row of the frame's phone, added to x [width].
    func addRow(_ frame: Int, width: Int, to x: UnsafeMutablePointer<Float>) {
        rows.withUnsafeBufferPointer {
            Kernels.add($0.baseAddress! + Int(phoneOfFrame[frame]) * width, to: x, count: width)
        }
    }
}
