// How exactly numbers are kept and multiplied: the rows of the C kernels' table of types (Sources/CKernels/types.h).

internal import CKernels

/// A type of numbers that weights, rows and cached rows may be kept in. Sums are never rounded below float32.
public struct Precision: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// Of its row in the table.
    private let index: Int

    /// All that the table has.
    public static let allCases: [Precision] = {
        var cases: [Precision] = []
        while KernelTable.native.types[cases.count] != nil { cases.append(Precision(index: cases.count)) }
        return cases
    }()

    /// Weights as they are stored, products in float32.
    public static let f32 = Precision(rawValue: "f32")!
    /// Weights and rows to the nearest bfloat16: 8 bits of each number.
    public static let bf16 = Precision(rawValue: "bf16")!
    /// Weights to int8 with a scale for each output, rows to int8 with a scale each: sums are exact.
    public static let int8 = Precision(rawValue: "int8")!

    /// What runs where nobody says, for weights and for cached keys and values: the fastest that `duet eval` finds no worse than
    /// f32 (docs/benchmarks.md).
    public static let standard = Precision.int8
    /// All of them, for messages.
    public static let names = allCases.map(\.rawValue).joined(separator: ", ")

    private init(index: Int) { self.index = index }

    public init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    /// Its row in the table of the instruction set that runs.
    var row: UnsafePointer<ck_type> { KernelTable.native.types[index]! }
    var type: ck_type { row.pointee }

    public var rawValue: String { String(cString: type.name) }
    public var description: String { rawValue }

    /// Bytes of a row of `dim` numbers, its scale included.
    public func rowBytes(dim: Int) -> Int { dim * type.bytes + (type.is_scaled ? 4 : 0) }

    public static func == (a: Precision, b: Precision) -> Bool { a.index == b.index }
    public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}
