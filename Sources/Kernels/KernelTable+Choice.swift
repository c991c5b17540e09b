// Which of this CPU's instruction sets computes a model's products fastest. The widest is not on every CPU: some lower their clock
// for it, others compute it in halves. And whether OpenBLAS is as fast with many rows.

internal import CKernels

/// A product of a model: y[rows, outputs] = x[rows, inputs] · wᵀ.
public struct ProductShape: Hashable, Sendable {
    public var outputs, inputs: Int
    public var precision: Precision

    public init(outputs: Int, inputs: Int, precision: Precision) {
        (self.outputs, self.inputs, self.precision) = (outputs, inputs, precision)
    }
}

/// How long the products of a model take, and what follows.
public struct KernelTimes: Sendable {
    /// Processor time of all products together, in microseconds.
    public struct Measured: Sendable {
        /// An instruction set, or "openblas".
        public var name: String
        public var microseconds: Double
    }

    /// With each instruction set, once with one row and once with sixteen.
    public var sets: [Measured]
    /// With as many rows as OpenBLAS may serve: the set that runs, and OpenBLAS. Empty without the library, or where no product is in float32.
    public var manyRows: [Measured]
}

extension KernelTable {
    /// One counts as the fastest where it is so near: a close race must not be decided by chance, because float32 sums differ in their last
    /// bits.
    private static let near = 1.1

    /// Those that this CPU has.
    private static var sets: [ck_isa] {
        (CK_ISA_PORTABLE.rawValue..<CK_ISA_COUNT.rawValue).map { ck_isa(rawValue: $0) }.filter(ck_has_isa)
    }

    /// Measures all products of a model with every instruction set of this CPU and lets the fastest run from now on; then those in float32
    /// by OpenBLAS, which serves unless it is slower by more than a tenth. What was loaded stays as it is: all share one layout. Some
    /// tenths of a second; call it before other threads compute.
    @discardableResult
    public static func choose(_ products: [ProductShape]) -> KernelTimes {
        // Plain vectors of four are no match where there is anything else.
        let candidates = sets.count > 1 ? sets.filter { $0 != CK_ISA_PORTABLE } : sets
        let times = candidates.map { set in
            isa = set
            return microseconds(products, rows: [1, 16])
        }
        isa = candidates[fastest(times)]
        let measured = zip(candidates, times).map {
            KernelTimes.Measured(name: String(cString: ck_isa_name($0)), microseconds: $1)
        }
        return KernelTimes(sets: measured, manyRows: chooseForManyRows(products.filter { $0.precision == .f32 }))
    }

    /// Lets a named instruction set run, with or without OpenBLAS, as a recording did. False where this machine has none such.
    public static func use(_ name: String, openBLAS: Bool) -> Bool {
        guard let set = sets.first(where: { String(cString: ck_isa_name($0)) == name }),
            !openBLAS || OpenBLAS.core != nil
        else { return false }
        (isa, OpenBLAS.serves) = (set, openBLAS)
        return true
    }

    private static func chooseForManyRows(_ products: [ProductShape]) -> [KernelTimes.Measured] {
        OpenBLAS.serves = false
        guard !products.isEmpty, OpenBLAS.core != nil else { return [] }
        let rows = [OpenBLAS.rowsMin, 2 * OpenBLAS.rowsMin]
        let times = [false, true].map { microseconds(products, rows: rows, byOpenBLAS: $0) }
        OpenBLAS.serves = fastest(times) == 1
        return zip([instructionSet, "openblas"], times).map { KernelTimes.Measured(name: $0, microseconds: $1) }
    }

    /// The index of the shortest of `times`; of the last if that is near.
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
