// Every kernel of the table against the plain loops.

import Basics
import Testing

@testable import Kernels

@Suite struct MatMulTests {
    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in random.uniform() * 2 - 1 }
    }

    private func apply(_ kernel: MatMulKernel, m: Int, n: Int, k: Int) -> [Float] {
        let linear = Linear(weights: random(n * k, seed: 1), bias: random(n, seed: 2), inputs: k, outputs: n)
        let x = Buffer(random(m * k, seed: 3)), y = Buffer(count: m * n)
        linear.apply(x.pointer, rows: m, to: y.pointer, kernel: kernel)
        return y.values
    }

    @Test(arguments: [(1, 1, 1), (1, 5, 3), (3, 7, 17), (4, 4, 16), (5, 64, 33), (16, 30, 320), (33, 9, 100)])
    func kernelsAgreeWithPlainLoops(_ shape: (Int, Int, Int)) {
        let (m, n, k) = shape
        let oracle = apply(.scalar, m: m, n: n, k: k)
        for kernel in MatMulKernel.allCases {
            let y = apply(kernel, m: m, n: n, k: k)
            let distance = zip(oracle, y).map { abs($0 - $1) }.max()!
            #expect(distance < 1e-5 * Float(k).squareRoot() + 1e-6, "\(kernel) \(shape)")
        }
    }

    @Test func theNativeKernelGivesARowTheSameBitsInAnyBatch() {
        let linear = Linear(weights: random(37 * 100, seed: 1), inputs: 100, outputs: 37)
        let x = Buffer(random(9 * 100, seed: 3)), together = Buffer(count: 9 * 37), alone = Buffer(count: 37)
        linear.apply(x.pointer, rows: 9, to: together.pointer, kernel: .native)
        for row in 0..<9 {
            linear.apply(x.pointer + row * 100, rows: 1, to: alone.pointer, kernel: .native)
            #expect(alone.values == Array(together.values[row * 37..<(row + 1) * 37]))
        }
    }
}
