// OpenBLAS: what every other kernel is compared with, and what multiplies many rows in float32.

internal import CKernels
internal import Synchronization

public enum OpenBLAS {
    /// Rows from which it may serve: with fewer it spends its time on packing weights.
    public static let rowsMin = 32

    /// The core that it computes for, nil where there is no library. It is loaded here, for this CPU whatever OPENBLAS_CORETYPE says.
    public static let core: String? = ck_openblas_load().map { String(cString: $0) }

    /// Whether it multiplies `rowsMin` rows and more of float32 layers. Only if `KernelTable.choose` has found it fast enough, which runs
    /// before any thread computes.
    nonisolated(unsafe) public internal(set) static var serves = false

    /// Products in float32 that it ran, and that it did not.
    private static let served = Atomic(0), others = Atomic(0)

    /// Products in float32 since the start, and how many of them it ran.
    public struct Counts: Sendable {
        public var all, served: Int
        /// 0 where there were none.
        public var share: Double { Double(served) / Double(max(1, all)) }
    }

    public static var counts: Counts {
        let served = served.load(ordering: .relaxed)
        return Counts(all: served + others.load(ordering: .relaxed), served: served)
    }

    /// Whether it runs a product of `rows` rows, which is counted.
    static func takes(rows: Int) -> Bool {
        let isServed = serves && rows >= rowsMin
        if isServed { served.add(1, ordering: .relaxed) } else { others.add(1, ordering: .relaxed) }
        return isServed
    }
}
