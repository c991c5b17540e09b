// Float32 numbers below 1.2e-38. Some processors compute with them many times slower: on an Intel Ice Lake LISTEN took five times as
// long with them (docs/benchmarks.md).

internal import CKernels

public enum Subnormals {
    /// From now on this thread, and every thread that it starts, takes subnormal numbers for zero.
    public static func flush() { ck_flush_subnormals() }
}
