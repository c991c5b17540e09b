// Rows as products of one precision read them, made once for all products that read the same rows.

internal import Basics
internal import CKernels

/// Room for rows that go into products. One stage owns it.
public final class Operand {
    private let rowsMax, widthMax: Int
    /// [rowsMax, widthMax] bfloat16, or int8 plus 128 in half of it.
    private let words: UnsafeMutableRawPointer
    /// [rowsMax]
    private let scales: Buffer
    /// What `take` was given last.
    private(set) var floats: UnsafePointer<Float>
    private(set) var rows = 0
    private(set) var inputs = 0
    private(set) var precision = Precision.f32

    /// For at most `rowsMax` rows of at most `widthMax` inputs.
    public init(rowsMax: Int, widthMax: Int) {
        (self.rowsMax, self.widthMax) = (rowsMax, widthMax)
        words = .allocate(byteCount: max(1, rowsMax) * 2 * (widthMax + 3), alignment: 64)
        scales = Buffer(count: rowsMax)
        floats = UnsafePointer(scales.pointer)
    }

    deinit { words.deallocate() }

    /// Takes x [rows, inputs] for layers of `precision`. In float32 it stays where it is: x must not change before they have run.
    public func take(_ x: UnsafePointer<Float>, rows: Int, inputs: Int, as precision: Precision) {
        invariant(
            rows <= rowsMax && inputs <= widthMax,
            "\(rows) rows of \(inputs) in an operand of \(rowsMax) of \(widthMax)")
        (floats, self.rows, self.inputs, self.precision) = (x, rows, inputs, precision)
        switch precision {
        case .f32: break
        case .bf16: KernelTable.native.shorten(x, words.assumingMemoryBound(to: UInt16.self), rows, inputs)
        case .int8:
            KernelTable.native.quantize(x, words.assumingMemoryBound(to: UInt8.self), scales.pointer, rows, inputs)
        }
    }

    /// The rows of the last `take`, as its precision keeps them.
    var shorts: UnsafePointer<UInt16> { UnsafePointer(words.assumingMemoryBound(to: UInt16.self)) }
    var bytes: UnsafePointer<UInt8> { UnsafePointer(words.assumingMemoryBound(to: UInt8.self)) }
    var rowScales: UnsafePointer<Float> { UnsafePointer(scales.pointer) }
}
