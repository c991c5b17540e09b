// The instruction set whose kernels run. Every set is one file of Sources/CKernels and a line in kernels.c.

internal import CKernels

public enum KernelTable {
    /// The widest that this CPU has, until `choose` has measured; it runs before any thread computes.
    nonisolated(unsafe) static var isa = ck_best_isa() {
        didSet { native = ck_kernels_of(isa).pointee }
    }
    /// The C kernels of that instruction set.
    nonisolated(unsafe) private(set) static var native: ck_kernels = ck_kernels_of(isa).pointee

    /// The C kernels' instruction set, as `ck_isa_name` has it.
    public static var instructionSet: String { String(cString: ck_isa_name(isa)) }
}
