// A tensor of a GGUF file.

internal import Basics
internal import Transformer

/// A tensor, as it is in the file. It keeps the file's mapping alive.
public struct GGUFTensor: Sendable {
    public let name: String
    public let type: GGUFType
    /// Innermost first, as in the file: `[columns, rows]` of a matrix. At least one, all above 0.
    public let dimensions: [Int]
    let file: MappedFile
    /// Its first byte in the file.
    var start: Int

    /// Numbers of a row.
    public var columns: Int { dimensions[0] }
    /// Rows of `columns` numbers: the product of all other dimensions.
    public var rows: Int { dimensions.dropFirst().reduce(1, *) }
    public var bytesPerRow: Int { columns / type.blockLength * type.blockBytes }
    public var byteCount: Int { rows * bytesPerRow }

    /// Its blocks in the mapping, which lives as long as the tensor. The first byte is aligned as the file says (32 bytes by default).
    public var bytes: UnsafeRawBufferPointer { .init(rebasing: file.bytes[start..<start + byteCount]) }

    /// As float32, [rows, columns].
    public func floats() -> [Float] { floats(rows: 0..<rows) }

    /// Some rows as float32, [rows.count, columns].
    public func floats(rows: Range<Int>) -> [Float] {
        Array(unsafeUninitializedCapacity: rows.count * columns) { target, filled in
            filled = rows.count * columns
            if let first = target.baseAddress { read(rows: rows, into: first) }
        }
    }

    /// Writes some rows as float32, [rows.count, columns].
    public func read(rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        invariant(
            rows.lowerBound >= 0 && rows.upperBound <= self.rows, "rows \(rows) of \(name), which has \(self.rows)")
        let bytes = file.bytes.baseAddress! + start + rows.lowerBound * bytesPerRow
        type.read(bytes, blocks: rows.count * (columns / type.blockLength), into: target)
    }
}
