// Float32 numbers below 1.2e-38. Intel's processors take a hundred cycles and more for an operation with one, and the tails of GELU
// and of exp are full of them: LISTEN was four times slower there.

internal import CKernels

public enum Subnormals {
    /// From now on this thread, and every thread that it starts, takes subnormal numbers for zero.
    public static func flush() { ck_flush_subnormals() }
}
