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
        let room = (rows + 31) / 32 * 32, wide = (dim + 31) / 32 * 32
        var columns = [Float](repeating: 0, count: dim * room), values = [Float](repeating: 0, count: rows * wide)
        for j in 0..<rows {
            for c in 0..<dim {
                columns[c * room + j] = k[j * width + offset + c]
                values[j * wide + c] = v[j * width + offset + c]
            }
        }
        var scores = [Float](repeating: 0, count: room), sum = [Float](repeating: 0, count: wide)
        let reach = relativeKeys.count / dim / 2
        for i in 0..<rows {
            let near = max(0, i - reach)...min(rows - 1, i + reach), query = i * width + offset
            q.withUnsafeBufferPointer { Self.combine(columns, room, $0.baseAddress! + query, dim, &scores) }
            for j in near {
                var sum: Float = 0
                for c in 0..<dim { sum += q[query + c] * relativeKeys[(j - i + reach) * dim + c] }
                scores[j] += sum
            }
            let total = logSumExp(scores, count: rows)
            for j in 0..<rows { scores[j] -= total }
            Activation.exponential(&scores, count: rows)
            Self.combine(values, wide, &scores, rows, &sum)
            for j in near {
                for c in 0..<dim { sum[c] += scores[j] * relativeValues[(j - i + reach) * dim + c] }
            }
            for c in 0..<dim { out[query + c] = sum[c] }
        }
    }

    /// Σ factors[r] · matrix[r], of rows of `width` numbers, a multiple of 32: thirty-two sums at a time stay in registers.
    private static func combine(
        _ matrix: [Float], _ width: Int, _ factors: UnsafePointer<Float>, _ rows: Int, _ target: inout [Float]
    ) {
        matrix.withUnsafeBufferPointer { matrix in
            target.withUnsafeMutableBufferPointer { target in
                for first in stride(from: 0, to: width, by: 32) {
                    var low = SIMD16<Float>.zero, high = SIMD16<Float>.zero
                    var row = UnsafeRawPointer(matrix.baseAddress! + first)
                    for r in 0..<rows {
                        low += factors[r] * row.loadUnaligned(as: SIMD16<Float>.self)
                        high += factors[r] * row.loadUnaligned(fromByteOffset: 64, as: SIMD16<Float>.self)
                        row += 4 * width
                    }
                    for i in 0..<16 { (target[first + i], target[first + 16 + i]) = (low[i], high[i]) }
                }
            }
        }
    }
}
