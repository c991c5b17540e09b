// The candidates for each operation, and which one runs. Adding a kernel is one function and one line.

internal import CKernels
internal import COpenBLAS

/// A way to compute y[m, n] = x[m, k] · w[n, k]ᵀ + bias[n].
public enum MatMulKernel: String, CaseIterable, Sendable {
    /// Plain loops: the oracle.
    case scalar
    /// The C kernel for the best instruction set of this CPU. Row by row the same bits whatever the batch.
    case native
    /// `cblas_sgemm`, single-threaded. It packs the weights at every call, which pays from many rows on.
    case openblas
}

public enum KernelTable {
    static let isa = ck_best_isa()

    /// The C kernels' instruction set: "scalar", "avx2" or "avx512".
    public static var instructionSet: String {
        isa == CK_ISA_AVX512 ? "avx512" : isa == CK_ISA_AVX2 ? "avx2" : "scalar"
    }

    /// The core that OpenBLAS took this CPU for. "Haswell" on a CPU with AVX-512 means that OPENBLAS_CORETYPE pins it.
    public static var openblasCore: String { String(cString: openblas_get_corename()) }

    private static let singleThreaded: Void = openblas_set_num_threads(1)

    /// From this many rows on OpenBLAS is faster than the native kernel (measured: docs/benchmarks.md).
    public static let openblasRowsMin = 24

    /// The kernel for `rows` rows.
    public static func matMul(rows: Int) -> MatMulKernel {
        isa == CK_ISA_SCALAR || rows >= openblasRowsMin ? .openblas : .native
    }

    static func run(
        _ kernel: MatMulKernel, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ bias: UnsafePointer<Float>?,
        _ y: UnsafeMutablePointer<Float>, m: Int, n: Int, k: Int
    ) {
        switch kernel {
        case .scalar: ck_matmul(CK_ISA_SCALAR, x, w, bias, y, m, n, k)
        case .native: ck_matmul(isa, x, w, bias, y, m, n, k)
        case .openblas:
            _ = singleThreaded
            for row in 0..<m {
                for column in 0..<n { y[row * n + column] = bias?[column] ?? 0 }
            }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1, x, Int32(k), w, Int32(k), 1,
                y,
                Int32(n))
        }
    }
}
