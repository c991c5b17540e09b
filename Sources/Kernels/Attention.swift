// Softmax attention over a cache: the sinks, and the window in at most two runs.

internal import Basics
internal import CKernels

/// A run of one head's cached rows: keys and values [count, stride] in one precision.
public struct CacheRun {
    public var keys: UnsafeRawPointer
    public var values: UnsafeRawPointer
    /// [count]. nil unless the precision is scaled.
    public var keyScales, valueScales: UnsafePointer<Float>?
    public var count: Int

    public init(keys: UnsafeRawPointer, values: UnsafeRawPointer, count: Int) {
        (self.keys, self.values, self.count) = (keys, values, count)
    }

    /// `count` rows, starting at row `first`.
    public init(keys: CacheRows, values: CacheRows, from first: Int, count: Int) {
        self.init(keys: keys.pointer(first), values: values.pointer(first), count: count)
        (keyScales, valueScales) = (keys.scale(first), values.scale(first))
    }

    var c: ck_run {
        ck_run(keys: keys, values: values, key_scales: keyScales, value_scales: valueScales, count: count)
    }
}

/// What one position sees of a cache. The window is in two runs where it wraps around; a run may be empty.
public struct CacheView {
    public var sinks: CacheRun
    public var window: CacheRun
    public var wrapped: CacheRun

    public init(sinks: CacheRun, window: CacheRun, wrapped: CacheRun) {
        (self.sinks, self.window, self.wrapped) = (sinks, window, wrapped)
    }

    public var count: Int { sinks.count + window.count + wrapped.count }
}

public enum Attention {
    /// out [group, dim] = softmax(q · k / √dim) · v for the `group` queries that share a key head. `sinkQueries` attend to the
    /// sinks and `queries` to the window; both are [group, dim], the same queries rotated differently (design section 4). The first
    /// `early` queries belong to the previous position and do not see the last row. `scores` needs room for group × all rows.
    public static func mix(
        _ view: CacheView, sinkQueries: UnsafePointer<Float>, queries: UnsafePointer<Float>, group: Int, early: Int = 0,
        dim: Int, stride: Int, precision: Precision = .f32, scores: UnsafeMutablePointer<Float>,
        to out: UnsafeMutablePointer<Float>
    ) {
        invariant(view.count > (early > 0 ? 1 : 0), "attention over nothing")
        withUnsafeTemporaryAllocation(of: ck_run.self, capacity: 3) { runs in
            runs[0] = view.sinks.c
            runs[1] = view.window.c
            runs[2] = view.wrapped.c
            precision.type.attend(
                sinkQueries, queries, group, early, runs.baseAddress, 3, dim, stride, scores, out)
        }
    }
}
