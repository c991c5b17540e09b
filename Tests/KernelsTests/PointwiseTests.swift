// Norms, activations, rotary positions and the spectra against their definitions.

import Basics
import Foundation
import Testing

@testable import Kernels

@Suite struct PointwiseTests {
    private let x: [Float] = [0.5, -1.5, 2, 0.25, -3, 1]

    @Test func layerNormHasMeanBiasAndUnitScale() {
        let norm = Normalization(weight: [2, 2, 2], bias: [1, 1, 1])
        let buffer = Buffer(x)
        norm.apply(buffer.pointer, rows: 2, to: buffer.pointer)
        for row in 0..<2 {
            let y = buffer.values[row * 3..<row * 3 + 3].map { ($0 - 1) / 2 }
            let sum: Float = y.reduce(0, +), power: Float = y.reduce(0) { $0 + $1 * $1 } / 3
            #expect(abs(sum) < 1e-5)
            #expect(abs(power - 1) < 1e-3)
        }
    }

    @Test func rmsNormHasUnitPower() {
        let norm = Normalization(weight: [1, 1, 1])
        let buffer = Buffer(x)
        norm.apply(buffer.pointer, rows: 2, to: buffer.pointer)
        for row in 0..<2 {
            let power: Float = buffer.values[row * 3..<row * 3 + 3].reduce(0) { $0 + $1 * $1 } / 3
            #expect(abs(power - 1) < 1e-4)
        }
    }

    @Test func activationsFollowTheirFormulas() {
        let gelu = Buffer(x), gate = Buffer(x), up = Buffer(x.map { $0 + 1 })
        Activation.gelu(gelu.pointer, count: x.count)
        Activation.swiglu(gate.pointer, up.pointer, count: x.count)
        for i in x.indices {
            let v = Double(x[i])
            let exact: Double = v * 0.5 * (1 + erf(v / 2.0.squareRoot()))
            let gated: Double = v / (1 + exp(-v)) * (v + 1)
            #expect(abs(Double(gelu[i]) - exact) < 1e-5)
            #expect(abs(Double(gate[i]) - gated) < 1e-5)
        }
    }

    @Test func rotatedProductsDependOnTheDistanceAloneEvenFarOut() {
        let rotary = Rotary(dim: 8, base: 10_000)
        let q = Buffer((0..<8).map { Float($0) / 8 }), k = Buffer((0..<8).map { 1 - Float($0) / 5 })
        func score(_ a: Int, _ b: Int) -> Float {
            let table = Buffer(count: 8), x = Buffer(count: 8), y = Buffer(count: 8)
            rotary.angles(a, into: table.pointer)
            rotary.rotate(q.pointer, heads: 1, by: table.pointer, to: x.pointer)
            rotary.angles(b, into: table.pointer)
            rotary.rotate(k.pointer, heads: 1, by: table.pointer, to: y.pointer)
            return zip(x.values, y.values).reduce(Float(0)) { $0 + $1.0 * $1.1 }
        }
        let near = score(17, 5)
        #expect(abs(score(1_000_000_017, 1_000_000_005) - near) < 1e-5)
        #expect(abs(score(18, 5) - near) > 1e-3)
    }

    @Test func spectraAreOfRatesThatHaveThem() {
        #expect([16_000, 24_000, 48_000].allSatisfy { MelSpectrum.has(rate: $0) && InverseSpectrum.has(rate: $0) })
        #expect(!MelSpectrum.has(rate: 8000) && InverseSpectrum.has(rate: 8000))
        #expect(![44_100, 16_001, 0].contains { MelSpectrum.has(rate: $0) || InverseSpectrum.has(rate: $0) })
    }

    @Test(arguments: [16_000, 24_000, 48_000]) func melBandsFollowASine(_ rate: Int) {
        let mel = MelSpectrum(rate: rate), rows = 1
        #expect(mel.window == rate / 25 && mel.hop == rate / 100)
        let window = Buffer((0..<mel.window).map { Float(sin(2 * Double.pi * 1000 * Double($0) / Double(rate))) })
        let scratch = Buffer(count: mel.scratch), bands = Buffer(count: MelSpectrum.bands)
        mel.apply(window.pointer, rows: rows, scratch: scratch.pointer, to: bands.pointer)
        let loudest = bands.values.indices.max { bands[$0] < bands[$1] }!
        // 1000 Hz is at mel 1000; the bands are equally spaced from mel 61 to mel 2817.
        #expect((26...28).contains(loudest))
        window.zero()
        mel.apply(window.pointer, rows: rows, scratch: scratch.pointer, to: bands.pointer)
        #expect(bands.values.allSatisfy { abs($0 - (Float(log(1e-4)) + 4) / 3) < 1e-6 })
    }

    @Test func theInverseSpectrumOfOneBinIsItsCosine() {
        let inverse = InverseSpectrum(rate: 16_000), bins = inverse.bins
        #expect(inverse.window == 640 && inverse.hop == 160)
        // Magnitude 1 in bin 8 (log magnitude 2 is lowered by 2), next to nothing elsewhere, phase 0.
        let x = Buffer((0..<2 * bins).map { $0 == 8 ? 2 : $0 < bins ? -40 : 0 }), frame = Buffer(count: 640)
        let scratch = Buffer(count: bins)
        inverse.apply(x.pointer, rows: 1, scratch: scratch.pointer, to: frame.pointer)
        for i in stride(from: 0, to: 640, by: 37) {
            let hann = 0.5 - 0.5 * cos(2 * Double.pi * Double(i) / 640)
            let expected: Double = hann * 2 / 640 * cos(2 * Double.pi * 8 * Double(i) / 640)
            #expect(abs(Double(frame[i]) - expected) < 1e-6)
        }
    }

    @Test func attentionIsASoftmaxOverAllRuns() {
        let dim = 4, keys = Buffer((0..<12).map { Float($0 % 5) / 3 }), values = Buffer((0..<12).map { Float($0) })
        let query = Buffer([0.3, -0.2, 0.9, 0.1]), scores = Buffer(count: 3), out = Buffer(count: dim)
        let first = CacheRun(keys: keys.pointer, values: values.pointer, count: 1)
        let rest = CacheRun(keys: keys.pointer + 4, values: values.pointer + 4, count: 2)
        let none = CacheRun(keys: keys.pointer, values: values.pointer, count: 0)
        Attention.mix(
            CacheView(sinks: first, window: rest, wrapped: none), sinkQueries: query.pointer, queries: query.pointer,
            group: 1, dim: dim, stride: 4, scores: scores.pointer, to: out.pointer)
        let weights = (0..<3).map { i -> Double in
            let product: Double = (0..<4).reduce(0.0) { $0 + Double(query[$1] * keys[i * 4 + $1]) }
            return exp(product / 2)
        }
        let sum: Double = weights.reduce(0, +)
        for d in 0..<4 {
            let mixed: Double = (0..<3).reduce(0.0) { $0 + weights[$1] * Double(values[$1 * 4 + d]) }
            let expected = mixed / sum
            #expect(abs(Double(out[d]) - expected) < 1e-5)
        }
    }
}
