// Products of rounded weights and rows: exact sums, the error that rounding explains and no more, a batch equal to its rows alone.

import Basics
import CKernels
import Testing

@testable import Kernels

@Suite struct PrecisionTests {
    /// Both sides of words of 2 and 4, of vectors of 4, 8 and 16, of panels of 64, and of tiles of 4, 6 and 8 rows.
    private static let shapes = [
        (n: 1, k: 1), (15, 3), (16, 4), (17, 5), (33, 20), (64, 33), (65, 64), (130, 12), (192, 67),
    ]
    private static let rowCounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 16]

    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in random.uniform() * 2 - 1 }
    }

    /// One product by int8, with what the kernels rounded on the way.
    private struct Bytes {
        var weights: [Int], weightScales: [Float], rows: [Int], rowScales: [Float], y: [Float]
    }

    /// Weights of row 0 are tiny and weights of row 1 nothing at all: each output has a scale of its own.
    private func weights(_ n: Int, _ k: Int) -> [Float] {
        random(n * k, seed: 1).enumerated().map { $0 / k == 0 ? $1 * 1e-4 : $0 / k == 1 ? 0 : $1 }
    }

    private func multiply(
        _ isa: UInt32, _ x: [Float], _ w: [Float], _ bias: [Float]?, _ shape: (m: Int, n: Int, k: Int)
    )
        -> Bytes
    {
        let (m, n, k) = shape, steps = (k + 3) / 4, type = row(isa, .int8)
        let packed = type.packed(w, n: n, k: k)!, taken = type.taken(x, m: m)
        var y = [Float](repeating: .nan, count: m * n)
        type.multiply(taken.rows, taken.scales, packed, bias, &y, m, n, k)
        // Scales, then starts, then words.
        let words = packed[((n + 63) / 64 * 128)...], first = words.startIndex
        let weights = (0..<n * k).map { i -> Int in
            let column = i / k, input = i % k
            let word = words[first + (column / 64 * steps + input / 4) * 64 + column % 64]
            return Int(Int8(truncatingIfNeeded: word >> (8 * (input % 4))))
        }
        return Bytes(
            weights: weights, weightScales: packed[..<n].map(Float.init(bitPattern:)),
            rows: (0..<m * k).map { Int(taken.rows[$0 / k * steps * 4 + $0 % k]) - 128 }, rowScales: taken.scales, y: y)
    }

    @Test(arguments: InstructionSetTests.all) func sumsOfBytesAreExact(_ isa: UInt32) {
        for (n, k) in Self.shapes {
            for m in Self.rowCounts {
                let x = random(m * k, seed: 3), bias = random(n, seed: 2)
                let product = multiply(isa, x, weights(n, k), bias, (m, n, k))
                for i in 0..<m * n {
                    let (row, column) = (i / n, i % n)
                    let sum = (0..<k).reduce(0) { $0 + product.rows[row * k + $1] * product.weights[column * k + $1] }
                    let exact = Double(sum) * Double(product.rowScales[row]) * Double(product.weightScales[column])
                    let error = abs(Double(product.y[i]) - exact - Double(bias[column]))
                    #expect(error < 1e-6 * (1 + abs(exact)), "m \(m) n \(n) k \(k) row \(row) column \(column)")
                }
            }
        }
    }

    /// |x w - x' w'| <= |x| |w - w'| + |x - x'| |w'|, and neither rounds by more than half a scale.
    @Test(arguments: InstructionSetTests.all) func bytesAreAsFarFromTheOracleAsTheirRoundingSaysAtMost(_ isa: UInt32) {
        for (m, n, k) in [(5, 70, 67), (8, 64, 256), (1, 33, 1000)] {
            let x = random(m * k, seed: 3), w = weights(n, k)
            let product = multiply(isa, x, w, nil, (m, n, k))
            var oracle = [Float](repeating: 0, count: m * n), farthest: Float = 0
            ck_matmul_plain(x, w, nil, &oracle, m, n, k)
            for i in 0..<m * n {
                let (row, column) = (i / n, i % n)
                let half = (product.rowScales[row] / 2, product.weightScales[column] / 2)
                let bound = (0..<k).reduce(Float(1e-6)) { sum, j in
                    sum + abs(x[row * k + j]) * half.1
                        + half.0 * abs(Float(product.weights[column * k + j])) * product.weightScales[column]
                }
                let error = abs(oracle[i] - product.y[i])
                #expect(error <= bound * 1.001, "m \(m) n \(n) k \(k)")
                farthest = max(farthest, error / bound)
            }
            // Roundings of either sign cancel: uniform errors of variance 1/12 stay far below the bound.
            #expect(farthest > 0 && farthest < 0.5, "\(farthest)")
        }
    }

    /// Both factors are rounded by 2^-8 of themselves at most; the products of what is left add up as in float32.
    @Test(arguments: InstructionSetTests.all) func bfloatsAreAsFarFromTheOracleAsTheirRoundingSaysAtMost(_ isa: UInt32)
    {
        for (n, k) in Self.shapes {
            for m in Self.rowCounts {
                let x = random(m * k, seed: 3), w = random(n * k, seed: 1), bias = random(n, seed: 2)
                let y = row(isa, .bf16).product(x, w, bias, m: m, n: n, k: k)
                var oracle = [Float](repeating: .nan, count: m * n), rounded = oracle
                ck_matmul_plain(x, w, bias, &oracle, m, n, k)
                ck_matmul_plain(x.map(bfloat), w.map(bfloat), bias, &rounded, m, n, k)
                for i in 0..<m * n {
                    let size = (0..<k).reduce(Float(1)) { $0 + abs(x[i / n * k + $1] * w[i % n * k + $1]) }
                    #expect(abs(rounded[i] - y[i]) <= size * 1e-6, "m \(m) n \(n) k \(k)")
                    #expect(abs(oracle[i] - y[i]) <= size * 0x1.02p-7, "m \(m) n \(n) k \(k)")
                }
            }
        }
    }

    /// The nearest number of eight bits. |x| from 2^-100 to 2^100.
    private func bfloat(_ x: Float) -> Float {
        let unit = Float(sign: .plus, exponent: x.exponent - 7, significand: 1)
        return (x / unit).rounded(.toNearestOrEven) * unit
    }

    @Test(arguments: InstructionSetTests.all) func rowsRoundToTheNearest(_ isa: UInt32) {
        let x: [Float] = [1, -0x1p-9, 0x1.01p0, 0x1.03p0, 0x1.02p0, -127, 0, 3, 0.49, 0.51, -126.6, 64]
        var shorts = [UInt16](repeating: 0, count: 12)
        row(isa, .bf16).take(x, &shorts, nil, 1, 12)
        let widened = shorts.map { Float(bitPattern: UInt32($0) << 16) }
        // Ties go to the even neighbour.
        #expect(widened == [1, -0x1p-9, 1, 0x1.04p0, 0x1.02p0, -127, 0, 3, 0.490234375, 0.51171875, -126.5, 64])
        var bytes = [UInt8](repeating: 0, count: 12), scale: Float = 0
        row(isa, .int8).take(x, &bytes, &scale, 1, 12)
        #expect(scale == 1)
        #expect(bytes.map { Int($0) - 128 } == [1, 0, 1, 1, 1, -127, 0, 3, 0, 1, -127, 64])
    }

    @Test(arguments: InstructionSetTests.all) func rowsOfNothingAreZeros(_ isa: UInt32) {
        for x in [[Float](repeating: 0, count: 5), [1e-38, 0, -Float.leastNonzeroMagnitude, 0, 0]] {
            let product = multiply(isa, x, random(15, seed: 1), nil, (1, 3, 5))
            #expect(product.rows == [0, 0, 0, 0, 0] && product.y == [0, 0, 0])
        }
    }

    @Test(arguments: Precision.allCases) func aBatchHasTheBitsOfItsRowsAlone(_ precision: Precision) {
        let (n, k) = (197, 102),
            layer = Linear(
                weights: random(n * k, seed: 1), bias: random(n, seed: 2), inputs: k, outputs: n, precision: precision)
        let operand = Operand(rowsMax: 64, widthMax: k)
        for rows in [2, 5, 6, 7, 8, 9, 12, 13, 64] {
            let x = Buffer(random(rows * k, seed: 3)), together = Buffer(count: rows * n), alone = Buffer(count: n)
            layer.apply(x.pointer, rows: rows, through: operand, to: together.pointer)
            for row in 0..<rows {
                layer.apply(x.pointer + row * k, rows: 1, through: operand, to: alone.pointer)
                #expect(alone.values == Array(together.values[row * n..<(row + 1) * n]), "row \(row) of \(rows)")
            }
        }
    }

    @Test func anOperandServesAllLayersOfItsPrecision() {
        let x = Buffer(random(3 * 40, seed: 3)), operand = Operand(rowsMax: 3, widthMax: 40)
        for precision in Precision.allCases {
            operand.take(x.pointer, rows: 3, inputs: 40, as: precision)
            for seed: UInt64 in [1, 2] {
                let w = random(20 * 40, seed: seed), y = Buffer(count: 60), again = Buffer(count: 60)
                Linear(weights: w, inputs: 40, outputs: 20, precision: precision).apply(operand, to: y.pointer)
                Linear(weights: w, inputs: 40, outputs: 20).apply(x.pointer, rows: 3, to: again.pointer)
                let error = zip(y.values, again.values).map { abs($0 - $1) }.max()!
                #expect(
                    precision == .f32 ? error == 0 : error > 0 && error < (precision == .int4g ? 1 : 0.1),
                    "\(precision) \(error)")
            }
        }
    }
}
