// Convolutions over whole clauses.

internal import Kernels

extension Convolution {
    /// x [rows, inputs] with zeros on both sides, to y [rows, outputs]. `padded` is room for the rows and the zeros.
    func applyWhole(
        _ x: UnsafePointer<Float>, rows: Int, padded: Scratch, _ space: ProductSpace, to y: UnsafeMutablePointer<Float>
    ) {
        if history == 0 { return apply(x, counts: [rows], space, to: y) }
        let room = padded.room((rows + history) * inputs), before = delay * inputs
        room.update(repeating: 0, count: before)
        (room + before).update(from: x, count: rows * inputs)
        (room + before + rows * inputs).update(repeating: 0, count: history * inputs - before)
        apply(room, counts: [rows], space, to: y)
    }
}
