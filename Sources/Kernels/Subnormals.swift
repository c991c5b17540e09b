// Handling of subnormal float32 numbers (below 1.2e-38). Some processors are many times slower with them: on an Intel Ice Lake,
// LISTEN took five times as long (docs/benchmarks.md).

internal import CKernels

public enum Subnormals {
    /// Makes this thread, and every thread that it starts from now on, treat subnormal numbers as zero.
    public static func flush() { ck_flush_subnormals() }
}
