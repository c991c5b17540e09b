// Number types for storage and products: the rows of the C kernels' type table (Sources/CKernels/types.h).

internal import CKernels

/// A number type for weights, rows and cached rows. Sums are never rounded below float32.
public struct Precision: RawRepresentable, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// Index into the type table.
    private let index: Int

    /// All types in the table.
    public static let allCases: [Precision] = {
        var cases: [Precision] = []
        while KernelTable.native.types[cases.count] != nil { cases.append(Precision(index: cases.count)) }
        return cases
    }()

    /// Weights as stored, products in float32.
    public static let f32 = Precision(rawValue: "f32")!
    /// Weights and rows rounded to the nearest bfloat16: 8 bits of significand.
    public static let bf16 = Precision(rawValue: "bf16")!
    /// Weights in int8 with a scale per output, rows in int8 with a scale per row. Sums are exact.
    public static let int8 = Precision(rawValue: "int8")!
    /// int8 with a scale per 32 inputs, for weights and for rows: one large number of a row coarsens only its group.
    public static let int8g = Precision(rawValue: "int8g")!
    /// Weights in int4 with a scale and a minimum per 32 inputs, rows as in int8g.
    public static let int4g = Precision(rawValue: "int4g")!

    /// The default for weights and for cached keys and values: the fastest precision that `duet eval` finds no worse than f32
    /// (docs/benchmarks.md).
    public static let standard = Precision.int8
    /// All names, comma-separated, for messages.
    public static let names = allCases.map(\.rawValue).joined(separator: ", ")
    /// The names of those for cached keys and values.
    public static let cacheNames = allCases.filter(\.isForCaches).map(\.rawValue).joined(separator: ", ")

    private init(index: Int) { self.index = index }

    public init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    /// The type's entry in the table of the current instruction set.
    var row: UnsafePointer<ck_type> { KernelTable.native.types[index]! }
    var type: ck_type { row.pointee }

    public var rawValue: String { String(cString: type.name) }
    public var description: String { rawValue }

    /// Whether keys and values may be cached in it: attention reads such rows.
    public var isForCaches: Bool { type.attend != nil }

    /// Bytes of a row of `dim` numbers, including its scale.
    public func rowBytes(dim: Int) -> Int { type.row_bytes(dim) + (type.is_scaled ? 4 : 0) }

    public static func == (a: Precision, b: Precision) -> Bool { a.index == b.index }
    public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}
