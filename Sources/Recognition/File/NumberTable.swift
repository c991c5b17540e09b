// A table of numbers in a mapped file.

internal import Basics
internal import Kernels
internal import Transformer

/// Rows [rows, width], converted to float32 as they are read.
struct NumberTable: Sendable {
    let file: MappedFile
    let start: Int
    let rows, width: Int
    let format: FloatFormat

    func read(_ row: Int, into target: UnsafeMutablePointer<Float>) {
        invariant(row >= 0 && row < rows, "row \(row) of a table of \(rows)")
        format.read(file.bytes.baseAddress! + start + row * width * format.width, count: width, into: target)
    }
}
