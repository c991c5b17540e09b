// Convolutions over rows of streams, as products.

internal import Basics
internal import Kernels
internal import Transformer

/// A convolution of rows, y[t] = bias + Σ w[k] x[t + k · dilation], where x has `history` rows more than y; or a transposed one that
/// makes `factor` rows of each. Weights are shared by all streams.
struct Convolution: Sendable {
    let taps, dilation, inputs, outputs: Int
    /// Output rows per input row.
    let factor: Int
    /// Rows that a transposed convolution cuts off at the front.
    let cut: Int
    let precision: Precision
    /// Reads rows where they lie. nil in precisions that have none; products of gathered rows serve then.
    private let filter: Filter?
    private let product: Linear?
    /// Serves float32 rows of whole clauses instead of `filter`.
    private let split: SplitFilter?
    /// Weights of a single output [taps, inputs], which no panel of columns would fill, and its bias.
    private let single: (weights: Buffer, bias: Float)?

    /// Numbers of gathered rows at a time: they stay in the second-level cache.
    private static let gatheredMax = 1 << 16

    /// `isWhole`: for `apply` of one lane alone, in float32.
    init(_ weights: ConvolutionWeights, precision: Precision, isWhole: Bool = false) {
        let w = weights, transposed = w.isTransposed
        (inputs, dilation, factor) = (w.inputs, w.dilation, transposed ? w.stride : 1)
        // Output row i · factor + j reads input i - g through tap j + g · factor.
        taps = transposed ? (w.taps + w.stride - 1) / w.stride : w.taps
        cut = transposed ? (w.taps - w.stride) / 2 : 0
        outputs = w.outputs
        let (taps, inputs, outputs, factor) = (taps, inputs, outputs, factor)
        var rows = [Float](repeating: 0, count: factor * outputs * taps * inputs)
        for j in 0..<factor {
            for o in 0..<outputs {
                for k in 0..<taps {
                    let tap = transposed ? j + (taps - 1 - k) * factor : k
                    guard tap < w.taps else { continue }
                    let target = ((j * outputs + o) * taps + k) * inputs
                    for i in 0..<inputs {
                        rows[target + i] =
                            w.values[(transposed ? i * outputs + o : o * inputs + i) * w.taps + tap]
                    }
                }
            }
        }
        let bias = w.bias.map { bias in (0..<factor).flatMap { _ in bias } }
        single = outputs * factor == 1 ? (Buffer(rows), bias?[0] ?? 0) : nil
        split =
            single != nil || !isWhole
            ? nil
            : SplitFilter(
                weights: rows, bias: bias, inputs: inputs, outputs: factor * outputs, taps: taps, dilation: dilation)
        filter =
            single != nil || split != nil
            ? nil
            : Filter(
                weights: rows, bias: bias, inputs: inputs, outputs: factor * outputs, taps: taps, dilation: dilation,
                precision: precision)
        product =
            single != nil || split != nil || filter != nil
            ? nil
            : Linear(
                weights: rows, bias: bias, inputs: taps * inputs, outputs: factor * outputs, precision: precision)
        self.precision = precision
    }

    /// Rows that it reads before the one that it computes.
    var history: Int { (taps - 1) * dilation }
    /// Rows by which its output comes late where its input has zeros on both sides.
    var delay: Int { factor > 1 ? 0 : history / 2 }
    /// nil if rows are read where they lie.
    var shape: ProductShape? {
        product.map { ProductShape(outputs: $0.outputs, inputs: $0.inputs, precision: precision) }
    }

    /// Bytes of a row as `apply(converted:)` reads it.
    var rowBytes: Int { filter?.rowBytes ?? inputs * MemoryLayout<Float>.size }

    /// x [rows, inputs] after a leaky ReLU of `slope`, as `apply(converted:)` reads it.
    func convert(_ x: UnsafePointer<Float>, slope: Float, rows: Int, to target: UnsafeMutableRawPointer) {
        if let filter { return filter.activate(x, slope: slope, rows: rows, to: target) }
        let y = target.assumingMemoryBound(to: Float.self)
        Activation.leaky(x, slope: slope, to: y, count: rows * inputs)
    }

    /// The windows of lanes, `counts` rows each behind `history` rows, to y [all counts, factor · outputs].
    func apply(_ window: UnsafePointer<Float>, counts: [Int], _ space: ProductSpace, to y: UnsafeMutablePointer<Float>)
    {
        if let split { return split.apply(window, rows: counts[0] + history, count: counts[0], space, to: y) }
        guard let filter, filter.precision != .f32 else {
            return apply(converted: window, counts: counts, space, to: y)
        }
        let rows = counts.reduce(0, +) + counts.count * history, converted = space.converted.room(rows * rowBytes)
        filter.activate(window, rows: rows, to: converted)
        apply(converted: converted, counts: counts, space, to: y)
    }

    /// The same for rows that `convert` has written.
    func apply(
        converted window: UnsafeRawPointer, counts: [Int], _ space: ProductSpace, to y: UnsafeMutablePointer<Float>
    ) {
        if let filter { return apply(filter, window, counts, space, y) }
        let rows = window.assumingMemoryBound(to: Float.self)
        if let single { return sum(rows, counts, single.weights, single.bias, y) }
        multiply(rows, counts, space, y)
    }

    /// One lane, plus `residual` [count, outputs].
    func apply(
        converted window: UnsafeRawPointer, count: Int, adding residual: UnsafePointer<Float>, _ space: ProductSpace,
        to y: UnsafeMutablePointer<Float>
    ) {
        if let filter { return filter.apply(window, count: count, residual: residual, to: y) }
        apply(converted: window, counts: [count], space, to: y)
        add(residual, to: y, count: count * outputs * factor)
    }

    private func apply(
        _ filter: Filter, _ window: UnsafeRawPointer, _ counts: [Int], _ space: ProductSpace,
        _ y: UnsafeMutablePointer<Float>
    ) {
        let width = factor * outputs, rows = counts.reduce(0, +)
        if history == 0 || counts.count == 1 { return filter.apply(window, count: rows, to: y) }
        // Short lanes together: what lies between two lanes is computed, too, and left out, so that fewer tiles read the weights.
        let isJoint = rows < 32 * counts.count, all = rows + (counts.count - 1) * history
        let spread = isJoint ? space.spread.room(all * width) : y
        if isJoint { filter.apply(window, count: all, to: spread) }
        var (from, to) = (0, 0)
        for count in counts {
            if isJoint {
                (y + to * width).update(from: spread + from * width, count: count * width)
            } else {
                filter.apply(window + from * rowBytes, count: count, to: y + to * width)
            }
            (from, to) = (from + count + history, to + count)
        }
    }

    private func multiply(
        _ window: UnsafePointer<Float>, _ counts: [Int], _ space: ProductSpace, _ y: UnsafeMutablePointer<Float>
    ) {
        let rows = counts.reduce(0, +), width = taps * inputs
        if taps == 1 { return multiply(window, rows, space, y) }
        let block = max(32, Self.gatheredMax / width), gathered = space.gathered.room(min(rows, block) * width)
        var (lane, row, source, done) = (0, 0, window, 0)
        while done < rows {
            let count = min(block, rows - done)
            for r in 0..<count {
                while row == counts[lane] {
                    source += (counts[lane] + history) * inputs
                    (lane, row) = (lane + 1, 0)
                }
                gather(source + row * inputs, to: gathered + r * width)
                row += 1
            }
            multiply(gathered, count, space, y + done * factor * outputs)
            done += count
        }
    }

    @inline(__always)
    private func gather(_ x: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>) {
        if dilation == 1 { return target.update(from: x, count: taps * inputs) }
        for k in 0..<taps { (target + k * inputs).update(from: x + k * dilation * inputs, count: inputs) }
    }

    private func multiply(
        _ x: UnsafePointer<Float>, _ rows: Int, _ space: ProductSpace, _ y: UnsafeMutablePointer<Float>
    ) {
        product!.apply(x, rows: rows, through: space.operand(rows, taps * inputs), to: y)
    }

    /// The only output, in float32.
    private func sum(
        _ window: UnsafePointer<Float>, _ counts: [Int], _ weights: Buffer, _ bias: Float,
        _ y: UnsafeMutablePointer<Float>
    ) {
        var (source, target) = (window, y)
        for count in counts {
            for row in 0..<count {
                var total = bias
                for k in 0..<taps {
                    total += dot(source + (row + k * dilation) * inputs, weights.pointer + k * inputs, inputs)
                }
                target[row] = total
            }
            source += (count + history) * inputs
            target += count
        }
    }

    private func dot(_ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ count: Int) -> Float {
        var sums = SIMD8<Float>.zero, rest: Float = 0
        for i in 0..<count / 8 {
            sums +=
                UnsafeRawPointer(x + 8 * i).loadUnaligned(as: SIMD8<Float>.self)
                * UnsafeRawPointer(w + 8 * i).loadUnaligned(as: SIMD8<Float>.self)
        }
        for i in count / 8 * 8..<count { rest += x[i] * w[i] }
        return sums.sum() + rest
    }
}
