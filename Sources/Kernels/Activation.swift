// Pointwise functions.

internal import CKernels

public enum Activation {
    /// Exact GELU, x Φ(x), in place. [count]
    public static func gelu(_ x: UnsafeMutablePointer<Float>, count: Int) { ck_gelu(x, count) }

    /// silu(gate) · up, in place in `gate` (SwiGLU, Shazeer 2020). [count]
    public static func swiglu(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
        ck_swiglu(gate, up, count)
    }
}
