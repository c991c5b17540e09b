// Softmax attention of one query over two pieces of a cache: the sinks and the window.

internal import CKernels

/// A run of cached rows. keys and values [count, stride]; a head's part begins `offset` floats into a row.
public struct CacheRun {
    public var keys: UnsafePointer<Float>
    public var values: UnsafePointer<Float>
    public var count: Int

    public init(keys: UnsafePointer<Float>, values: UnsafePointer<Float>, count: Int) {
        self.keys = keys
        self.values = values
        self.count = count
    }
}

public enum Attention {
    /// out[dim] = softmax(scale · q·k) · v over the runs. Each run has its own rotation of the query (design section 4).
    /// `scores` has room for all rows.
    public static func mix(
        _ runs: [(query: UnsafePointer<Float>, run: CacheRun)], dim: Int, stride: Int,
        scores: UnsafeMutablePointer<Float>, to out: UnsafeMutablePointer<Float>
    ) {
        let scale = 1 / Float(dim).squareRoot()
        var count = 0
        for (query, run) in runs {
            ck_scores(KernelTable.isa, query, run.keys, scores + count, run.count, dim, stride, scale)
            count += run.count
        }
        var maximum = -Float.infinity
        for i in 0..<count { maximum = max(maximum, scores[i]) }
        let sum = ck_exp_sum(scores, count, maximum)
        for i in 0..<dim { out[i] = 0 }
        count = 0
        for (_, run) in runs {
            ck_mix(KernelTable.isa, scores + count, run.values, out, run.count, dim, stride)
            count += run.count
        }
        for i in 0..<dim { out[i] /= sum }
    }
}
