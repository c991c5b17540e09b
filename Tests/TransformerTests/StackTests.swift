// Two rotations of the query against the plain definition, which re-rotates every key at its place in the cache.

import Basics
import Foundation
import Kernels
import Testing

@testable import Transformer

/// A stack of random weights, and the plain way to run it: keep unrotated keys, rotate all of them anew at every step.
struct PlainStack {
    let shape = StackShape(width: 16, layers: 2, heads: 4, keyHeads: 2, headDim: 8, hidden: 24, ropeBase: 10_000)
    let cache: SlotMemory.Shape
    let blocks: [Block]
    let norm: Normalization
    /// A kept position: where it stood in the stream, and the key and value of every layer.
    struct Kept {
        var number: Int
        var keys: [[Float]] = []
        var values: [[Float]] = []
    }
    private var talk: [Kept] = []
    private var memory: [Kept] = []
    /// How exactly it keeps keys and values.
    var precision = Precision.f32

    init(cache: SlotMemory.Shape) {
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
    }

    func fast(slots: Int = 1, precision: Precision = .f32) -> Stack {
        Stack(
            shape: shape, blocks: blocks, norm: norm, memory: cache, precision: precision, slots: slots,
            rowsMax: slots * 3)
    }

    /// A product by plain loops. The layer's weights are the products of the identity's rows, which are exact.
    private func run(_ linear: Linear, _ x: [Float]) -> [Float] {
        let (n, k) = (linear.outputs, linear.inputs), identity = Buffer(count: k * k), columns = Buffer(count: k * n)
        for i in 0..<k { identity[i * k + i] = 1 }
        linear.apply(identity.pointer, rows: k, to: columns.pointer)
        return (0..<n).map { row in (0..<k).reduce(Float(0)) { $0 + x[$1] * columns[$1 * n + row] } }
    }

    private func run(_ norm: Normalization, _ x: [Float]) -> [Float] {
        let buffer = Buffer(x)
        norm.apply(buffer.pointer, rows: 1, to: buffer.pointer)
        return buffer.values
    }

    private func rounded(_ x: [Float]) -> [Float] {
        if precision == .f32 { return x }
        if precision == .bf16 { return x.map { Float(bitPattern: ($0.bitPattern &+ 0x8000) & 0xffff_0000) } }
        let scales = [x[..<8], x[8...]].map { $0.map(abs).max()! / 127 }
        return x.indices.map { (x[$0] / scales[$0 / 8]).rounded() * scales[$0 / 8] }
    }

    /// The same stack, which keeps keys and values as `precision`.
    func rounding(to precision: Precision) -> PlainStack {
        var stack = self
        stack.precision = precision
        return stack
    }

    private func turn(_ x: ArraySlice<Float>, _ position: Int) -> [Float] {
        let half = x.count / 2, x = Array(x)
        return (0..<x.count).map { i in
            let j = i % half, angle = Double(position) * pow(10_000, -Double(j) / Double(half))
            let (a, b) = (Double(x[j]), Double(x[j + half]))
            return Float(i < half ? a * cos(angle) - b * sin(angle) : b * cos(angle) + a * sin(angle))
        }
    }

    private func oldest(for number: Int) -> Int {
        max(cache.sinks, (number / cache.slice + 1) * cache.slice - cache.window)
    }

    /// The position `number` of the stream: it sees the sinks, what is remembered of before the window, and the window.
    mutating func step(_ x: [Float], number: Int) -> [Float] {
        let oldest = oldest(for: number)
        talk.removeAll { $0.number >= cache.sinks && $0.number < oldest }
        let sinks = talk.filter { $0.number < cache.sinks }
        let context = sinks + memory.filter { $0.number < oldest } + talk.filter { $0.number >= cache.sinks }
        let (y, kept) = run(x, Kept(number: number), after: context)
        talk.append(kept)
        return y
    }

    /// Makes room for the slice that ends at `number`. False when it cannot be remembered: a sink, or every slice of a full
    /// memory is still in the window.
    mutating func reserve(_ number: Int) -> Bool {
        guard cache.memory > 0, number + 1 - cache.slice >= cache.sinks else { return false }
        if memory.count == cache.memory {
            let seen = memory.filter { $0.number < oldest(for: number) }.count
            guard seen > 0 else { return false }
            memory.removeFirst(min(cache.dropped, seen))
        }
        return true
    }

    /// Remembers the slice that ends at `number`, given its inputs, as if there had been only sinks and remembered slices.
    mutating func remember(_ slice: [[Float]], number: Int) {
        for (i, x) in slice.enumerated() {
            let kept = Kept(number: number + 1 - cache.slice + i)
            memory.append(run(x, kept, after: talk.filter { $0.number < cache.sinks } + memory).1)
        }
    }

    /// One position after `context`, whose keys are rotated anew at their places in it.
    private func run(_ x: [Float], _ kept: Kept, after context: [Kept]) -> ([Float], Kept) {
        var x = x, kept = kept
        for (layer, block) in blocks.enumerated() {
            let n = run(block.attentionNorm, x), query = run(block.query, n)
            kept.keys.append(rounded(run(block.key, n)))
            kept.values.append(rounded(run(block.value, n)))
            let seen = context + [kept]
            var mixed: [Float] = []
            for head in 0..<4 {
                let part = head / 2 * 8..<head / 2 * 8 + 8
                let q = turn(query[head * 8..<head * 8 + 8], seen.count - 1)
                let weights = seen.indices.map { i -> Double in
                    let key = turn(seen[i].keys[layer][part], i)
                    let product: Float = zip(q, key).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                    return exp(Double(product) / 8.0.squareRoot())
                }
                let sum: Double = weights.reduce(0, +)
                mixed += part.map { d -> Float in
                    Float(seen.indices.reduce(0.0) { $0 + weights[$1] / sum * Double(seen[$1].values[layer][d]) })
                }
            }
            for (i, v) in run(block.output, mixed).enumerated() { x[i] += v }
            let f = run(block.feedNorm, x), gate = run(block.gate, f), up = run(block.up, f)
            let inner = zip(gate, up).map { Float(Double($0) / (1 + exp(-Double($0)))) * $1 }
            for (i, v) in run(block.down, inner).enumerated() { x[i] += v }
        }
        return (run(norm, x), kept)
    }
}

@Suite struct StackTests {
    private func input(_ number: Int) -> [Float] {
        var random = Random(seed: UInt64(number))
        return (0..<16).map { _ in random.uniform() - 0.5 }
    }

    @Test(arguments: [(0, 6), (2, 4), (4, 8)]) func twoRotationsEqualRotatingEveryKeyAnew(_ size: (Int, Int)) {
        let cache = SlotMemory.Shape(sinks: size.0, window: size.1, slice: 2)
        var plain = PlainStack(cache: cache)
        let fast = plain.fast()
        var shorts = Self.shorts(of: plain)
        for number in 0..<40 {
            let x = Buffer(input(number))
            fast.step(x.pointer, slots: [0])
            let expected = plain.step(input(number), number: number)
            #expect(distance(x.values, expected) < 2e-4, "position \(number)")
            for i in shorts.indices {
                let y = Buffer(input(number))
                shorts[i].fast.step(y.pointer, slots: [0])
                let rounded = shorts[i].plain.step(input(number), number: number)
                shorts[i].farthest = max(shorts[i].farthest, distance(y.values, expected))
                shorts[i].usual = max(shorts[i].usual, distance(rounded, expected))
            }
        }
        for short in shorts { #expect(short.isAsExact, "\(short.farthest), \(short.usual)") }
    }

    /// A stack with a short cache beside the plain one that rounds as much, and how far both strayed.
    private struct Short {
        var fast: Stack
        var plain: PlainStack
        var farthest: Float = 0
        var usual: Float = 0

        /// It rounds keys after their rotation, the plain stack before: the errors differ, their size does not.
        var isAsExact: Bool { farthest > usual / 2 && farthest < usual * 2 }
    }

    private static func shorts(of plain: PlainStack) -> [Short] {
        [.bf16, .int8].map { Short(fast: plain.fast(precision: $0), plain: plain.rounding(to: $0)) }
    }

    private func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max()! }

    /// Slices in which a word is heard.
    private static let words: Set<Int> = Set([1, 2, 5, 6, 7, 9, 13, 14, 19] + (20..<80).filter { $0 % 3 > 0 })

    @Test(arguments: [(0, 4, 6), (2, 6, 4), (4, 8, 8), (2, 2, 4), (4, 32, 6)])
    func rememberedSlicesAreSeenAfterTheWindowAsATalkOfTheirOwn(_ size: (Int, Int, Int)) {
        var plain = PlainStack(
            cache: SlotMemory.Shape(sinks: size.0, memory: size.1, window: size.2, slice: 2))
        let fast = plain.fast()
        var shorts = Self.shorts(of: plain)
        var forgetful = PlainStack(cache: SlotMemory.Shape(sinks: size.0, window: size.2, slice: 2))
        var difference: Float = 0
        for number in 0..<150 {
            let ends = number % 2 == 1, wanted = ends && Self.words.contains(number / 2)
            let slice = ends ? [input(number - 1), input(number)] : []
            let isKept = wanted && plain.reserve(number)
            if wanted { #expect(fast.remember(0) == isKept) }
            let rows = input(number) + (isKept ? slice.flatMap { $0 } : []), x = Buffer(rows)
            fast.step(x.pointer, slots: [0], remembering: isKept ? [0] : [])
            let expected = plain.step(input(number), number: number)
            if isKept { plain.remember(slice, number: number) }
            #expect(distance(Array(x.values[..<16]), expected) < 2e-4, "position \(number)")
            for i in shorts.indices {
                if wanted {
                    #expect([shorts[i].fast.remember(0), shorts[i].plain.reserve(number)] == [isKept, isKept])
                }
                let y = Buffer(rows)
                shorts[i].fast.step(y.pointer, slots: [0], remembering: isKept ? [0] : [])
                let rounded = shorts[i].plain.step(input(number), number: number)
                if isKept { shorts[i].plain.remember(slice, number: number) }
                shorts[i].farthest = max(shorts[i].farthest, distance(Array(y.values[..<16]), expected))
                shorts[i].usual = max(shorts[i].usual, distance(rounded, expected))
            }
            difference = max(difference, distance(forgetful.step(input(number), number: number), expected))
        }
        for short in shorts { #expect(short.isAsExact, "\(short.farthest), \(short.usual)") }
        #expect(difference > 1e-3, "the memory is seen")
    }

    @Test func memoriesOfOneBatchDoNotTouchEachOther() {
        let plain = PlainStack(cache: SlotMemory.Shape(sinks: 2, memory: 4, window: 6, slice: 2))
        let alone = [plain.fast(slots: 3), plain.fast(slots: 3)], together = plain.fast(slots: 3)
        for number in 0..<40 {
            let ends = number % 2 == 1, inputs = [0, 1].map { slot in input(number + 100 * slot) }
            let slices = [0, 1].map { slot in input(max(0, number - 1) + 100 * slot) + inputs[slot] }
            // Slot 1 hears words where slot 0 does, and in every fourth slice besides.
            let words = [0, 1].map { slot in
                ends && (Self.words.contains(number / 2) || slot == 1 && number / 2 % 4 == 0)
            }
            var expected: [[Float]] = [], remembering: [Int] = []
            for slot in [0, 1] {
                let isKept = words[slot] && alone[slot].remember(slot)
                if words[slot] { #expect(together.remember(slot) == isKept) }
                let x = Buffer(inputs[slot] + (isKept ? slices[slot] : []))
                alone[slot].step(x.pointer, slots: [slot], remembering: isKept ? [slot] : [])
                expected.append(Array(x.values[..<16]))
                if isKept { remembering.append(slot) }
            }
            let x = Buffer(inputs.flatMap { $0 } + remembering.flatMap { slices[$0] })
            together.step(x.pointer, slots: [0, 1], remembering: remembering)
            #expect(Array(x.values[..<32]) == expected.flatMap { $0 }, "position \(number)")
        }
    }

    /// Two positions in one step give the bits of one after the other; also where the second was a draft and comes again, and
    /// where its slice is remembered.
    @Test(arguments: [Precision.f32, .bf16, .int8]) func twoPositionsInAStepEqualTwoSteps(
        _ precision: Precision
    ) {
        let plain = PlainStack(cache: SlotMemory.Shape(sinks: 2, memory: 4, window: 6, slice: 2))
        let single = plain.fast(slots: 3, precision: precision), double = plain.fast(slots: 3, precision: precision)
        for slice in 0..<30 {
            let slots = slice < 4 ? [2] : [0, 2]
            func rows(_ offset: Int) -> [Float] { slots.flatMap { input(2 * slice + offset + 100 * $0) } }
            let first = Buffer(rows(0)), isWrong = slice % 3 == 1, isHeard = slice % 6 == 1
            single.step(first.pointer, slots: slots)
            let both = Buffer(rows(0) + (isWrong ? rows(50) : rows(1)))
            double.step(both.pointer, slots: slots, each: 2)
            #expect(Array(both.values.prefix(first.count)) == first.values, "slice \(slice)")
            var second = rows(1), remembering: [Int] = []
            if isWrong { for slot in slots { double.rewind(slot) } }
            if isHeard {
                remembering = slots.filter { single.remember($0) }
                #expect(slots.filter { double.remember($0) } == remembering)
                for slot in remembering { second += (0..<2).flatMap { input(2 * slice + $0 + 100 * slot) } }
            }
            let after = Buffer(second)
            single.step(after.pointer, slots: slots, remembering: remembering)
            if isWrong {
                let again = Buffer(second)
                double.step(again.pointer, slots: slots, remembering: remembering)
                #expect(again.values == after.values, "slice \(slice)")
            } else {
                #expect(Array(both.values.suffix(first.count)) == after.values, "slice \(slice)")
            }
            #expect(single.memories.map(\.position) == double.memories.map(\.position))
        }
    }

    @Test func positionsBeyondAMillionAreAsExactAsTheFirst() {
        // Without sinks only distances matter: a stream that starts far out gives the same rows.
        let plain = PlainStack(cache: SlotMemory.Shape(sinks: 0, window: 8, slice: 2))
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
        let plain = PlainStack(cache: SlotMemory.Shape(sinks: 2, window: 6, slice: 2))
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
}
