// Rows as products of one precision read them, made once for all products that read the same rows.

internal import Basics
internal import CKernels

/// Room for rows that go into products. One stage owns it.
public final class Operand {
    private let rowsMax, widthMax: Int
    /// [rowsMax, widthMax] numbers of the widest type that is not float32, each row in whole words.
    private let words: UnsafeMutableRawPointer
    /// [rowsMax]
    private let scales: Buffer
    /// What `take` was given last, as its precision keeps it.
    private(set) var numbers: UnsafeRawPointer
    private(set) var rows = 0
    private(set) var inputs = 0
    private(set) var precision = Precision.f32

    /// For at most `rowsMax` rows of at most `widthMax` inputs.
    public init(rowsMax: Int, widthMax: Int) {
        (self.rowsMax, self.widthMax) = (rowsMax, widthMax)
        let widest = Precision.allCases.map(\.type).filter { !$0.is_float }.map(\.bytes).max() ?? 0
        words = .allocate(byteCount: max(1, rowsMax * widest * (widthMax + 3)), alignment: 64)
        scales = Buffer(count: rowsMax)
        numbers = UnsafeRawPointer(words)
    }

    deinit { words.deallocate() }

    /// Takes x [rows, inputs] for layers of `precision`. In float32 it stays where it is: x must not change before they have run.
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

    /// Those of the last `take`, if its precision has any.
    var rowScales: UnsafePointer<Float> { UnsafePointer(scales.pointer) }
}
