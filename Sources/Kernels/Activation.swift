// Pointwise activation functions, argmax, addition and log-sum-exp.

internal import CKernels
internal import Glibc

public enum Activation {
    /// GELU by the error function, x Φ(x), in place. [count]
    public static func gelu(_ x: UnsafeMutablePointer<Float>, count: Int) { KernelTable.native.gelu(x, count) }

    /// silu(gate) · up, in place in `gate` (SwiGLU, Shazeer 2020). [count]
    public static func swiglu(_ gate: UnsafeMutablePointer<Float>, _ up: UnsafePointer<Float>, count: Int) {
        KernelTable.native.swiglu(gate, up, count)
    }

    /// y = x where it is positive, else slope · x, for a slope below 1; y may be x. [count]
    public static func leaky(
        _ x: UnsafePointer<Float>, slope: Float, to y: UnsafeMutablePointer<Float>, count: Int
    ) {
        KernelTable.native.leaky(x, slope, y, count)
    }

    /// tanh(first half) · sigmoid(second half) of each row of x [rows, 2 width], to y [rows, width] (van den Oord 2016).
    public static func gate(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
        KernelTable.native.gate(x, y, rows, width)
    }

    /// exp(x), in place, for x up to 88. [count]
    public static func exponential(_ x: UnsafeMutablePointer<Float>, count: Int) {
        KernelTable.native.exponential(x, count)
    }

    /// tanh, in place. [count]
    public static func tanh(_ x: UnsafeMutablePointer<Float>, count: Int) { KernelTable.native.tanh(x, count) }
}

/// The index of the largest of x[count]; the lowest on a tie. `count` must be above 0.
public func largest(_ x: UnsafePointer<Float>, count: Int) -> Int { KernelTable.native.largest(x, count) }

/// target += source. [count]
public func add(_ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
    KernelTable.native.add(source, target, count)
}

/// log Σ exp(x), of x[count]. `count` must be above 0.
public func logSumExp(_ x: UnsafePointer<Float>, count: Int) -> Float {
    let most = x[largest(x, count: count)], part = 256
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: part) { terms in
        var sum = 0.0
        for first in stride(from: 0, to: count, by: part) {
            let these = min(part, count - first)
            for i in 0..<these { terms[i] = x[first + i] - most }
            KernelTable.native.exponential(terms.baseAddress, these)
            for i in 0..<these { sum += Double(terms[i]) }
        }
        return most + Float(log(sum))
    }
}
