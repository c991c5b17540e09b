// Two rotations of the query against the plain definition, which re-rotates every key at its place in the cache.

import Basics
import Foundation
import Kernels
import Testing

@testable import Transformer

/// A stack of random weights, and the plain way to run it: keep unrotated keys, rotate all of them anew at every step.
struct PlainStack {
    let shape = StackShape(width: 16, layers: 2, heads: 4, keyHeads: 2, headDim: 8, hidden: 24, ropeBase: 10_000)
    let cache: SinkCache.Shape
    let blocks: [Block]
    let norm: Normalization
    private var keys: [[[Float]]]
    private var values: [[[Float]]]
    private var kept: [Int] = []
    /// Slices that shall stay when the window leaves them.
    var marked: Set<Int> = []
    /// Whether it keeps keys and values to the nearest bfloat16.
    var rounds = false

    init(cache: SinkCache.Shape) {
        self.cache = cache
        var random = Random(seed: 5)
        func linear(_ inputs: Int, _ outputs: Int) -> Linear {
            Linear(
                weights: (0..<inputs * outputs).map { _ in random.uniform() - 0.5 }, inputs: inputs, outputs: outputs)
        }
        func ones() -> Normalization { Normalization(weight: Array(repeating: 1, count: 16)) }
        blocks = (0..<2).map { _ in
            Block(
                attentionNorm: ones(), query: linear(16, 32), key: linear(16, 16), value: linear(16, 16),
                output: linear(32, 16),
                feedNorm: ones(), gate: linear(16, 24), up: linear(16, 24), down: linear(24, 16))
        }
        norm = ones()
        keys = [[], []]
        values = [[], []]
    }

    func fast(slots: Int = 1, precision: CachePrecision = .f32) -> Stack {
        var cache = cache
        cache.precision = precision
        return Stack(shape: shape, blocks: blocks, norm: norm, cache: cache, slots: slots, rowsMax: slots)
    }

    private func run(_ linear: Linear, _ x: [Float]) -> [Float] {
        let input = Buffer(x), output = Buffer(count: linear.outputs)
        linear.apply(input.pointer, rows: 1, to: output.pointer, kernel: .scalar)
        return output.values
    }

    private func run(_ norm: Normalization, _ x: [Float]) -> [Float] {
        let buffer = Buffer(x)
        norm.apply(buffer.pointer, rows: 1, to: buffer.pointer)
        return buffer.values
    }

    private func rounded(_ x: [Float]) -> [Float] {
        rounds ? x.map { Float(bitPattern: ($0.bitPattern &+ 0x8000) & 0xffff_0000) } : x
    }

    private func turn(_ x: ArraySlice<Float>, _ position: Int) -> [Float] {
        let half = x.count / 2, x = Array(x)
        return (0..<x.count).map { i in
            let j = i % half, angle = Double(position) * pow(10_000, -Double(j) / Double(half))
            let (a, b) = (Double(x[j]), Double(x[j + half]))
            return Float(i < half ? a * cos(angle) - b * sin(angle) : b * cos(angle) + a * sin(angle))
        }
    }

    /// The position `number` of the stream.
    mutating func step(_ x: [Float], number: Int) -> [Float] {
        // StreamingLLM: the first positions and the newest whole slices stay; of the others the last marked ones.
        let oldest = max(cache.sinks, (number / cache.slice + 1) * cache.slice - cache.window)
        kept.append(number)
        let left = kept.indices.filter { kept[$0] >= cache.sinks && kept[$0] < oldest }
        let remembered = left.filter { marked.contains(kept[$0] / cache.slice) }.suffix(cache.memory)
        let gone = Set(left).subtracting(remembered)
        let stay = kept.indices.filter { !gone.contains($0) }
        kept = stay.map { kept[$0] }
        var x = x
        for (layer, block) in blocks.enumerated() {
            let n = run(block.attentionNorm, x), query = run(block.query, n)
            keys[layer].append(rounded(run(block.key, n)))
            values[layer].append(rounded(run(block.value, n)))
            keys[layer] = stay.map { keys[layer][$0] }
            values[layer] = stay.map { values[layer][$0] }
            var mixed: [Float] = []
            for head in 0..<4 {
                let part = head / 2 * 8..<head / 2 * 8 + 8, last = kept.count - 1
                let q = turn(query[head * 8..<head * 8 + 8], last)
                let weights = kept.indices.map { i -> Double in
                    let product: Float = zip(q, turn(keys[layer][i][part], i)).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                    return exp(Double(product) / 8.0.squareRoot())
                }
                let sum: Double = weights.reduce(0, +)
                mixed += part.map { d -> Float in
                    Float(kept.indices.reduce(0.0) { $0 + weights[$1] / sum * Double(values[layer][$1][d]) })
                }
            }
            for (i, v) in run(block.output, mixed).enumerated() { x[i] += v }
            let f = run(block.feedNorm, x), gate = run(block.gate, f), up = run(block.up, f)
            let inner = zip(gate, up).map { Float(Double($0) / (1 + exp(-Double($0)))) * $1 }
            for (i, v) in run(block.down, inner).enumerated() { x[i] += v }
        }
        return run(norm, x)
    }
}

@Suite struct SinkCacheTests {
    private func input(_ number: Int) -> [Float] {
        var random = Random(seed: UInt64(number))
        return (0..<16).map { _ in random.uniform() - 0.5 }
    }

    @Test(arguments: [(0, 6), (2, 4), (4, 8)]) func twoRotationsEqualRotatingEveryKeyAnew(_ size: (Int, Int)) {
        let cache = SinkCache.Shape(sinks: size.0, window: size.1, slice: 2, width: 16)
        var plain = PlainStack(cache: cache), rounding = plain
        rounding.rounds = true
        let fast = plain.fast(), short = plain.fast(precision: .bf16)
        var farthest: Float = 0, usual: Float = 0
        for number in 0..<40 {
            let x = Buffer(input(number)), y = Buffer(input(number))
            fast.step(x.pointer, slots: [0])
            short.step(y.pointer, slots: [0])
            let expected = plain.step(input(number), number: number)
            #expect(distance(x.values, expected) < 2e-4, "position \(number)")
            farthest = max(farthest, distance(y.values, expected))
            usual = max(usual, distance(rounding.step(input(number), number: number), expected))
        }
        // It rounds keys after their rotation, the plain stack before: the errors differ, their size does not.
        #expect(farthest > usual / 2 && farthest < usual * 2, "\(farthest), \(usual)")
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max()! }

    @Test(arguments: [(0, 4, 6), (2, 6, 4), (4, 8, 8), (2, 2, 4)])
    func markedSlicesStayAfterTheWindowUntilNewerOnesNeedTheirRoom(
        _ size: (Int, Int, Int)
    ) {
        var plain = PlainStack(
            cache: SinkCache.Shape(sinks: size.0, memory: size.1, window: size.2, slice: 2, width: 16))
        plain.marked = [1, 2, 5, 6, 7, 9, 13, 14, 19]
        var rounding = plain
        rounding.rounds = true
        let fast = plain.fast(), short = plain.fast(precision: .bf16)
        var farthest: Float = 0, usual: Float = 0
        var forgetful = PlainStack(cache: SinkCache.Shape(sinks: size.0, window: size.2, slice: 2, width: 16))
        var difference: Float = 0
        for number in 0..<60 {
            let x = Buffer(input(number))
            fast.step(x.pointer, slots: [0])
            let y = Buffer(input(number))
            short.step(y.pointer, slots: [0])
            if plain.marked.contains(number / 2) { [fast, short].forEach { $0.mark(0) } }
            let expected = plain.step(input(number), number: number)
            #expect(distance(x.values, expected) < 2e-4, "position \(number)")
            farthest = max(farthest, distance(y.values, expected))
            usual = max(usual, distance(rounding.step(input(number), number: number), expected))
            let without = forgetful.step(input(number), number: number)
            difference = max(difference, distance(without, expected))
        }
        #expect(farthest > usual / 2 && farthest < usual * 2, "\(farthest), \(usual)")
        #expect(difference > 1e-3, "the memory is seen")
    }

    @Test func positionsBeyondAMillionAreAsExactAsTheFirst() {
        // Without sinks only distances matter: a stream that starts far out gives the same rows.
        let plain = PlainStack(cache: SinkCache.Shape(sinks: 0, window: 8, slice: 2, width: 16))
        let near = plain.fast(), far = plain.fast()
        far.start(0, at: 1_000_000_000)
        for number in 0..<30 {
            let a = Buffer(input(number)), b = Buffer(input(number))
            near.step(a.pointer, slots: [0])
            far.step(b.pointer, slots: [0])
            // The far stream's windows reach back to rows that were never written: compare once both layers are past them.
            if number >= 16 {
                #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-4 }, "position \(number)")
            }
        }
    }

    @Test func rowsAtDifferentPositionsDoNotTouchEachOther() {
        let plain = PlainStack(cache: SinkCache.Shape(sinks: 2, window: 6, slice: 2, width: 16))
        let alone = plain.fast(slots: 3), together = plain.fast(slots: 3)
        for number in 0..<5 {
            let a = Buffer(input(number)), b = Buffer(input(number))
            alone.step(a.pointer, slots: [2])
            together.step(b.pointer, slots: [2])
        }
        for number in 5..<25 {
            let a = Buffer(input(number)), b = Buffer(input(number + 100) + input(number))
            alone.step(a.pointer, slots: [2])
            together.step(b.pointer, slots: [0, 2])
            #expect(a.values == Array(b.values[16...]))
        }
    }

    @Test func evictionDropsWholeSlices() {
        let shape = SinkCache.Shape(sinks: 2, window: 6, slice: 2, width: 1)
        #expect(shape.oldest(for: 7) == 2)
        #expect(shape.oldest(for: 8) == 4)
        #expect(shape.oldest(for: 9) == 4)
        #expect(shape.oldest(for: 10) == 6)
        #expect((0..<8).map { shape.cached($0) } == Array(0..<8))
        #expect(shape.cached(8) == 6 && shape.cached(9) == 7 && shape.cached(10) == 6)
    }
}
