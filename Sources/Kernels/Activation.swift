// Pointwise activation functions, argmax and addition.

internal import CKernels

public enum Activation {
    /// GELU by the error function, x Φ(x), in place. [count]
    public static func gelu(_ x: UnsafeMutablePointer<Float>, count: Int) { KernelTable.native.gelu(x, count) }

    /// silu(gate) · up, in place in `gate` (SwiGLU, Shazeer 2020). [count]
    public static func swiglu(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
        KernelTable.native.swiglu(gate, up, count)
    }
}

/// The index of the largest of x[count]; the lowest on a tie. `count` must be above 0.
public func largest(_ x: UnsafePointer<Float>, count: Int) -> Int { KernelTable.native.largest(x, count) }

/// target += source. [count]
public func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    KernelTable.native.add(source, target, count)
}
