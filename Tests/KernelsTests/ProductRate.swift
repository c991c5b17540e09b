// Billions of operations a second of every kernel of the table, by rows. Runs only when asked:
// DUET_COST=1 swift test -c release -Xswiftc -enable-testing --filter ProductRate

import Basics
import Foundation
import Testing

@testable import Kernels

@Suite struct ProductRate {
    private static let wanted = ProcessInfo.processInfo.environment["DUET_COST"] != nil

    /// Seconds of this thread's processor time.
    private func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The best of three runs of a few hundredths of a second each.
    private func rate(_ layer: Linear, rows: Int, byOpenBLAS: Bool) -> Double {
        let x = Buffer((0..<rows * layer.inputs).map { Float($0 % 7) - 3 }), y = Buffer(count: rows * layer.outputs)
        let operand = Operand(rowsMax: rows, widthMax: layer.inputs)
        operand.take(x.pointer, rows: rows, inputs: layer.inputs, as: .f32)
        let operations = 2 * rows * layer.inputs * layer.outputs
        let repeats = 1 + 1_000_000_000 / operations
        return (0..<3).map { _ -> Double in
            let start = now()
            for _ in 0..<repeats { layer.apply(operand, to: y.pointer, byOpenBLAS: byOpenBLAS) }
            return Double(operations * repeats) / (now() - start) / 1e9
        }.max()!
    }

    @Test(.enabled(if: wanted)) func rateOfEveryKernelByRows() {
        let rows = [1, 2, 4, 8, 16, 32, 64]
        for (outputs, inputs) in [(768, 960), (320, 896), (896, 320), (4097, 320), (256, 512)] {
            var random = Random(seed: 1)
            let whole = (0..<outputs * inputs).map { _ in random.uniform() - 0.5 }
            let halves = whole.map { ($0 * 512).rounded() / 512 }
            print("\(outputs) x \(inputs)")
            for (name, weights, byOpenBLAS) in [
                ("native, binary16", halves, false), ("native, float32", whole, false),
                ("openblas, binary16", halves, true), ("openblas, float32", whole, true),
            ] {
                let layer = Linear(weights: weights, inputs: inputs, outputs: outputs)
                let rates = rows.map { rate(layer, rows: $0, byOpenBLAS: byOpenBLAS) }
                print("  " + name, rates.map { String(format: "%5.0f", $0) }.joined())
                #expect(rates.allSatisfy { $0 > 0 })
            }
        }
    }
}
