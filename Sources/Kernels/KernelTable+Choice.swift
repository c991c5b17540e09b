// Chooses the fastest instruction set for a model's products by measuring. The widest is not always the fastest: some CPUs lower
// their clock for it, others split it into halves. Also decides whether OpenBLAS serves products of many rows.

internal import CKernels

/// The shape of one of a model's products: y[rows, outputs] = x[rows, inputs] · wᵀ.
public struct ProductShape: Hashable, Sendable {
    public var outputs, inputs: Int
    public var precision: Precision

    public init(outputs: Int, inputs: Int, precision: Precision) {
        (self.outputs, self.inputs, self.precision) = (outputs, inputs, precision)
    }
}

/// How long a model's products take: the measurements behind the choice.
public struct KernelTimes: Sendable {
    /// Processor time of all products together.
    public struct Measured: Sendable {
        /// An instruction set, or "openblas".
        public var name: String
        public var microseconds: Double
    }

    /// Per instruction set: one run with 1 row plus one with 16.
    public var sets: [Measured]
    /// With OpenBLAS.rowsMin and twice as many rows: the chosen set, then OpenBLAS. Empty without the library or without float32 products.
    public var manyRows: [Measured]
}

extension KernelTable {
    /// A candidate within this factor of the fastest counts as equally fast. Noise must not decide a close race, because the last bits of
    /// float32 sums differ between sets.
    private static let near = 1.1

    /// The instruction sets that this CPU supports.
    private static var sets: [ck_isa] {
        (CK_ISA_PORTABLE.rawValue..<CK_ISA_COUNT.rawValue).map { ck_isa(rawValue: $0) }.filter(ck_has_isa)
    }

    /// Measures all of a model's products on every instruction set of this CPU and switches to the fastest; then lets OpenBLAS serve
    /// the products of many rows, if all weights are float32, unless it is more than a tenth slower. Without products, it takes the widest set. Loaded weights stay valid: all sets share one layout. Takes
    /// some tenths of a second; call it before other threads compute.
    @discardableResult
    public static func choose(_ products: [ProductShape]) -> KernelTimes {
        guard !products.isEmpty else {
            (isa, OpenBLAS.serves) = (ck_best_isa(), false)
            return KernelTimes(sets: [], manyRows: [])
        }
        // Portable vectors of four are always slower than a native set.
        let candidates = sets.count > 1 ? sets.filter { $0 != CK_ISA_PORTABLE && $0 != CK_ISA_TILES } : sets
        let times = candidates.map { set in
            isa = set
            return microseconds(products, rows: [1, 16])
        }
        isa = candidates[fastest(times)]
        // Tiles serve convolutions, which are not measured. Otherwise their set is like the others with vectors of 512 bits.
        if ck_has_isa(CK_ISA_TILES), isa.rawValue >= CK_ISA_AVX512.rawValue { isa = CK_ISA_TILES }
        let measured = zip(candidates, times).map {
            KernelTimes.Measured(name: String(cString: ck_isa_name($0)), microseconds: $1)
        }
        return KernelTimes(sets: measured, manyRows: chooseForManyRows(products))
    }

    /// Switches to a named instruction set, with or without OpenBLAS, to reproduce a recording. False if this machine lacks either.
    public static func use(_ name: String, openBLAS: Bool) -> Bool {
        guard let set = sets.first(where: { String(cString: ck_isa_name($0)) == name }),
            !openBLAS || OpenBLAS.core != nil
        else { return false }
        (isa, OpenBLAS.serves) = (set, openBLAS)
        return true
    }

    private static func chooseForManyRows(_ products: [ProductShape]) -> [KernelTimes.Measured] {
        OpenBLAS.serves = false
        // Where some weights are float32 and the rest are not, OpenBLAS would gain nothing, and bits would depend on the batch.
        guard !products.isEmpty, products.allSatisfy({ $0.precision == .f32 }), OpenBLAS.core != nil else { return [] }
        let rows = [OpenBLAS.rowsMin, 2 * OpenBLAS.rowsMin]
        let times = [false, true].map { microseconds(products, rows: rows, byOpenBLAS: $0) }
        OpenBLAS.serves = fastest(times) == 1
        return zip([instructionSet, "openblas"], times).map { KernelTimes.Measured(name: $0, microseconds: $1) }
    }

    /// The index of the shortest of `times`, or of the last (the widest set, or OpenBLAS) if that is near.
    static func fastest(_ times: [Double]) -> Int {
        let index = times.indices.min { times[$0] < times[$1] }!
        return times.last! < times[index] * near ? times.count - 1 : index
    }

    private static func microseconds(_ products: [ProductShape], rows: [Int], byOpenBLAS: Bool = false) -> Double {
        var counts: [ProductShape: Int] = [:], total = 0.0
        for product in products { counts[product, default: 0] += 1 }
        for (shape, count) in counts {
            let candidate = byOpenBLAS ? .openblas : ProductCandidate(shape.precision)
            let probe = ProductProbe(candidate, outputs: shape.outputs, inputs: shape.inputs, rowsMax: rows.max()!)
            for rows in rows { total += Double(count) * probe.seconds(rows: rows, runs: 3, each: 0.0003) * 1e6 }
        }
        return total
    }
}
