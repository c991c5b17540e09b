// The candidates for each operation, and which one runs. Adding a kernel is one function and one line.

internal import CKernels
internal import COpenBLAS

/// A way to compute y[m, n] = x[m, k] · w[n, k]ᵀ + bias[n].
public enum MatMulKernel: String, CaseIterable, Sendable {
    /// Plain loops: the oracle.
    case scalar
    /// The C kernel for this CPU's vectors, on packed weights. A row has the same bits whatever the batch.
    case native
    /// `cblas_sgemm`, single-threaded. It packs the weights at every call and rounds differently from batch to batch.
    case openblas
}

public enum KernelTable {
    /// The widest that this CPU has, until `choose` has measured; it runs before any thread computes.
    nonisolated(unsafe) static var isa = ck_best_isa() {
        didSet { native = ck_kernels_of(isa).pointee }
    }
    /// The C kernels of that instruction set.
    nonisolated(unsafe) private(set) static var native: ck_kernels = ck_kernels_of(isa).pointee

    /// The C kernels' instruction set, as `ck_isa_name` has it.
    public static var instructionSet: String { String(cString: ck_isa_name(isa)) }

    /// The core that OpenBLAS took this CPU for. "Haswell" on a CPU with AVX-512 means that OPENBLAS_CORETYPE pins it.
    public static var openblasCore: String { String(cString: openblas_get_corename()) }

    private static let singleThreaded: Void = openblas_set_num_threads(1)

    /// The kernel that layers are laid out for. The native one keeps a row's bits the same in any batch, and was faster than
    /// OpenBLAS at every number of rows that was measured, 1 to 64, on vectors of eight and sixteen (DUET_COST=1, ProductRate).
    public static let matMul: MatMulKernel = .native

    /// Whether the CPU widens binary16 by itself, so that weights may stay in it.
    static let widensHalves: Bool = {
        #if arch(x86_64)
            return isa != CK_ISA_PORTABLE
        #else
            return true
        #endif
    }()

    /// `w` [n, k] row-major.
    static func openblas(
        _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int
    ) {
        _ = singleThreaded
        for row in 0..<m {
            for column in 0..<n { y[row * n + column] = bias?[column] ?? 0 }
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1, x, Int32(k), w, Int32(k), 1, y,
            Int32(n))
    }
}
