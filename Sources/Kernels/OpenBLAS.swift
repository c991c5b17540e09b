// OpenBLAS: the yardstick of the other kernels, and the multiplier of many float32 rows.

internal import CKernels
internal import Synchronization

public enum OpenBLAS {
    /// The fewest rows that OpenBLAS serves: with fewer, packing the weights dominates.
    public static let rowsMin = 32

    /// The core that OpenBLAS computes for; nil without the library. Loaded on first access, ignoring OPENBLAS_CORETYPE.
    public static let core: String? = ck_openblas_load().map { String(cString: $0) }

    /// Whether OpenBLAS multiplies `rowsMin` or more rows in float32 layers. `KernelTable.choose` sets it if OpenBLAS is fast enough,
    /// before other threads compute.
    nonisolated(unsafe) public internal(set) static var serves = false

    /// Float32 products that OpenBLAS ran, and those that it did not run.
    private static let served = Atomic(0), others = Atomic(0)

    /// Float32 products since the start, and how many of them OpenBLAS ran.
    public struct Counts: Sendable {
        public var all, served: Int
        /// 0 if there were no products.
        public var share: Double { Double(served) / Double(max(1, all)) }
    }

    public static var counts: Counts {
        let served = served.load(ordering: .relaxed)
        return Counts(all: served + others.load(ordering: .relaxed), served: served)
    }

    /// Whether OpenBLAS runs a product of `rows` rows. Counts the product.
    static func takes(rows: Int) -> Bool {
        let isServed = serves && rows >= rowsMin
        if isServed { served.add(1, ordering: .relaxed) } else { others.add(1, ordering: .relaxed) }
        return isServed
    }
}
