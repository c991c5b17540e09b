// Layers in float32 against the plain loops: by the native kernels, and by OpenBLAS.

import Basics
import CKernels
import Testing

@testable import Kernels

@Suite struct MatMulTests {
    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in random.uniform() * 2 - 1 }
    }

    private static let shapes = [
        (1, 1, 1), (1, 5, 3), (3, 7, 17), (4, 4, 16), (5, 64, 33), (16, 30, 320), (33, 9, 100), (32, 130, 513),
        (70, 65, 1100),
    ]

    /// Weights of binary16, which are kept as such, and others.
    @Test(arguments: shapes, [true, false]) func kernelsAgreeWithPlainLoops(_ shape: (Int, Int, Int), isHalf: Bool) {
        let (m, n, k) = shape
        let w = random(n * k, seed: 1).map { isHalf ? Float16Bits.rounded($0) : $0 }, x = Buffer(random(m * k, seed: 3))
        for bias in [random(n, seed: 2), nil] {
            let layer = Linear(weights: w, bias: bias, inputs: k, outputs: n),
                operand = Operand(rowsMax: m, widthMax: k)
            var oracle = [Float](repeating: 0, count: m * n)
            ck_matmul_plain(x.pointer, w, bias, &oracle, m, n, k)
            for byOpenBLAS in [false, true] where !byOpenBLAS || OpenBLAS.core != nil {
                let y = Buffer(count: m * n)
                for i in 0..<m * n { y[i] = .nan }
                operand.take(x.pointer, rows: m, inputs: k, as: .f32)
                layer.apply(operand, to: y.pointer, byOpenBLAS: byOpenBLAS)
                let distance = zip(oracle, y.values).map { abs($0 - $1) }.max()!
                #expect(distance < 1e-5 * Float(k).squareRoot() + 1e-6, "\(shape), by OpenBLAS \(byOpenBLAS)")
            }
        }
    }

    @Test func theNativeKernelGivesARowTheSameBitsInAnyBatch() {
        let linear = Linear(weights: random(37 * 100, seed: 1), inputs: 100, outputs: 37)
        let x = Buffer(random(9 * 100, seed: 3)), together = Buffer(count: 9 * 37), alone = Buffer(count: 37)
        linear.apply(x.pointer, rows: 9, to: together.pointer)
        for row in 0..<9 {
            linear.apply(x.pointer + row * 100, rows: 1, to: alone.pointer)
            #expect(alone.values == Array(together.values[row * 37..<(row + 1) * 37]))
        }
    }
}
