// Which of this CPU's instruction sets computes a model's products fastest. The widest is not on every CPU: some lower their clock
// for it, others compute it in halves.

internal import CKernels

/// A product of a model: y[rows, outputs] = x[rows, inputs] · wᵀ.
public struct ProductShape: Hashable, Sendable {
    public var outputs, inputs: Int
    public var precision: Precision

    public init(outputs: Int, inputs: Int, precision: Precision) {
        (self.outputs, self.inputs, self.precision) = (outputs, inputs, precision)
    }
}

extension KernelTable {
    /// How long the products of a model take with one set of kernels.
    public struct Measured: Sendable {
        /// An instruction set, or "openblas".
        public var name: String
        /// Processor time of all products together, in microseconds: once with one row and once with sixteen.
        public var microseconds: Double
    }

    /// The widest set counts as the fastest where it is so near: a close race must not be decided by chance, because float32 sums
    /// differ from set to set in their last bits.
    private static let near = 1.1

    /// Measures all products of a model with every instruction set of this CPU and lets the fastest run from now on. What was loaded
    /// stays as it is: all share one layout. OpenBLAS is measured for comparison; it is never chosen, because it needs float32 and gives
    /// a row other bits in another batch. Some tenths of a second; call it before other threads compute.
    @discardableResult
    public static func choose(_ products: [ProductShape]) -> [Measured] {
        var counts: [ProductShape: Int] = [:]
        for product in products { counts[product, default: 0] += 1 }
        let sets = (CK_ISA_PORTABLE.rawValue..<CK_ISA_COUNT.rawValue).map { ck_isa(rawValue: $0) }.filter(ck_has_isa)
        // Plain vectors of four are no match where there is anything else.
        let candidates = sets.count > 1 ? sets.filter { $0 != CK_ISA_PORTABLE } : sets
        let times = candidates.map { set in
            isa = set
            return microseconds(counts, openblas: false)
        }
        isa = candidates[fastest(times)]
        var measured = zip(candidates, times).map { Measured(name: String(cString: ck_isa_name($0)), microseconds: $1) }
        measured.append(Measured(name: "openblas", microseconds: microseconds(counts, openblas: true)))
        return measured
    }

    /// The index of the shortest of `times`; of the last if that is near.
    static func fastest(_ times: [Double]) -> Int {
        let index = times.indices.min { times[$0] < times[$1] }!
        return times.last! < times[index] * near ? times.count - 1 : index
    }

    private static func microseconds(_ counts: [ProductShape: Int], openblas: Bool) -> Double {
        var total = 0.0
        for (shape, count) in counts {
            let candidate = openblas ? .openblas : ProductCandidate(rawValue: shape.precision.rawValue)!
            let probe = ProductProbe(candidate, outputs: shape.outputs, inputs: shape.inputs, rowsMax: 16)
            for rows in [1, 16] { total += Double(count) * probe.seconds(rows: rows, runs: 3, each: 0.0003) * 1e6 }
        }
        return total
    }
}
