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
    private let product: Linear
    /// Weights of a single output [taps, inputs], which no panel of columns would fill, and its bias.
    private let single: (weights: Buffer, bias: Float)?

    /// Numbers of gathered rows at a time: they stay in the second-level cache.
    private static let gatheredMax = 1 << 16

    init(_ weights: ConvolutionWeights, precision: Precision) {
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
        product = Linear(
            weights: rows, bias: bias, inputs: taps * inputs, outputs: factor * outputs, precision: precision)
    }

    /// Rows that it reads before the one that it computes.
    var history: Int { (taps - 1) * dilation }
    /// Rows by which its output comes late where its input has zeros on both sides.
    var delay: Int { factor > 1 ? 0 : history / 2 }
    var shape: ProductShape {
        ProductShape(outputs: outputs * factor, inputs: taps * inputs, precision: product.precision)
    }

    /// The windows of lanes, `counts` rows each behind `history` rows, to y [all counts, factor · outputs].
    func apply(_ window: UnsafePointer<Float>, counts: [Int], _ space: ProductSpace, to y: UnsafeMutablePointer<Float>)
    {
        if let single { return sum(window, counts, single.weights, single.bias, y) }
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
        if product.precision == .f32 { return product.apply(x, rows: rows, to: y) }
        product.apply(x, rows: rows, through: space.operand(rows, taps * inputs), to: y)
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
