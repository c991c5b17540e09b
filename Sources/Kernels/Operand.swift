// Rows converted to one precision, once for all products that read them.

internal import Basics
internal import CKernels

/// Storage for the rows that go into products. One stage owns it.
public final class Operand {
    private let rowsMax, widthMax: Int
    /// [rowsMax] rows of widthMax numbers, of the type other than float32 whose rows are longest.
    private let words: UnsafeMutableRawPointer
    /// [rowsMax]
    private let scales: Buffer
    /// The rows of the last `take`, in its precision.
    private(set) var numbers: UnsafeRawPointer
    private(set) var rows = 0
    private(set) var inputs = 0
    private(set) var precision = Precision.f32

    /// Room for `rowsMax` rows of `widthMax` inputs.
    public init(rowsMax: Int, widthMax: Int) {
        (self.rowsMax, self.widthMax) = (rowsMax, widthMax)
        let longest = Precision.allCases.map(\.type).filter { !$0.is_float }.map { $0.row_bytes(widthMax) }.max() ?? 0
        words = .allocate(byteCount: max(1, rowsMax * longest), alignment: 64)
        scales = Buffer(count: rowsMax)
        numbers = UnsafeRawPointer(words)
    }

    deinit { words.deallocate() }

    /// Converts x [rows, inputs] for layers of `precision`. Float32 is not copied: x must not change until the layers have run.
    public func take(_ x: UnsafePointer<Float>, rows: Int, inputs: Int, as precision: Precision) {
        invariant(
            rows <= rowsMax && inputs <= widthMax,
            "\(rows) rows of \(inputs) in an operand of \(rowsMax) of \(widthMax)")
        (self.rows, self.inputs, self.precision) = (rows, inputs, precision)
        let type = precision.type
        if type.is_float {
            numbers = UnsafeRawPointer(x)
        } else {
            type.take(x, words, scales.pointer, rows, inputs)
            numbers = UnsafeRawPointer(words)
        }
    }

    /// The scales of the last `take`; meaningless in an unscaled precision.
    var rowScales: UnsafePointer<Float> { UnsafePointer(scales.pointer) }
}
