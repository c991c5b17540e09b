// The instruction set in use. Every set is one file of Sources/CKernels and a line in kernels.c.

internal import CKernels

public enum KernelTable {
    /// The widest that this CPU supports, until `choose` has measured. Set only before any other thread computes.
    nonisolated(unsafe) static var isa = ck_best_isa() {
        didSet { native = ck_kernels_of(isa).pointee }
    }
    /// The C kernels of `isa`.
    nonisolated(unsafe) private(set) static var native: ck_kernels = ck_kernels_of(isa).pointee

    /// The name of `isa`, as `ck_isa_name` gives it.
    public static var instructionSet: String { String(cString: ck_isa_name(isa)) }

    /// Whether convolutions in bfloat16 run on tiles, many times as fast as in float32.
    public static var hasTiles: Bool { isa == CK_ISA_TILES }
    /// Whether an instruction multiplies bfloat16.
    public static var hasBFloats: Bool { hasTiles || isa == CK_ISA_AVX512BF16 }
}
