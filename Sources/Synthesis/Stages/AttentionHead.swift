// One head of attention over a clause, with relative positions.

internal import Kernels
internal import Transformer

/// out_i = Σ_j a_ij (v_j + R^V_{j-i}) with a = softmax(q_i · (k_j + R^K_{j-i})); R is zero beyond its reach (Shaw et al. 2018).
struct AttentionHead {
    var rows, width, dim: Int
    /// First number of the head in a row.
    var offset: Int

    /// q, k, v [rows, width], q already scaled; tables [2 * reach + 1, dim].
    func run(
        _ q: [Float], _ k: [Float], _ v: [Float], _ relativeKeys: [Float], _ relativeValues: [Float],
        to out: inout [Float]
    ) {
        // Keys with a column per row, so that all scores of a query are summed side by side.
        var columns = [Float](repeating: 0, count: dim * rows)
        for j in 0..<rows { for c in 0..<dim { columns[c * rows + j] = k[j * width + offset + c] } }
        var scores = [Float](repeating: 0, count: rows)
        let reach = relativeKeys.count / dim / 2
        for i in 0..<rows {
            score(q, i, columns, &scores)
            let near = max(0, i - reach)...min(rows - 1, i + reach), query = i * width + offset
            for j in near {
                var sum: Float = 0
                for c in 0..<dim { sum += q[query + c] * relativeKeys[(j - i + reach) * dim + c] }
                scores[j] += sum
            }
            let total = logSumExp(scores, count: rows)
            for j in 0..<rows { scores[j] -= total }
            Activation.exponential(&scores, count: rows)
            out.withUnsafeMutableBufferPointer { out in
                let row = out.baseAddress! + query
                row.update(repeating: 0, count: dim)
                for j in 0..<rows { Self.addScaled(v, j * width + offset, scores[j], dim, row) }
                for j in near { Self.addScaled(relativeValues, (j - i + reach) * dim, scores[j], dim, row) }
            }
        }
    }

    private func score(_ q: [Float], _ i: Int, _ columns: [Float], _ scores: inout [Float]) {
        scores.withUnsafeMutableBufferPointer { scores in
            let target = scores.baseAddress!
            target.update(repeating: 0, count: rows)
            for c in 0..<dim { Self.addScaled(columns, c * rows, q[i * width + offset + c], rows, target) }
        }
    }

    @inline(__always)
    private static func addScaled(
        _ x: [Float], _ at: Int, _ factor: Float, _ count: Int, _ target: UnsafeMutablePointer<Float>
    ) {
        x.withUnsafeBufferPointer { x in
            let source = x.baseAddress! + at
            for i in 0..<count { target[i] += factor * source[i] }
        }
    }
}
