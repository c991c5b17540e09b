// Every instruction set that this CPU has computes what the plain definitions say.

import Basics
import CKernels
import Foundation
import Testing

@testable import Kernels

@Suite struct InstructionSetTests {
    /// What this CPU can run.
    static let all = (0..<CK_ISA_COUNT.rawValue).filter { ck_has_isa(ck_isa(rawValue: $0)) }

    private func kernels(_ raw: UInt32) -> ck_kernels { ck_kernels_of(ck_isa(rawValue: raw)).pointee }

    private func random(_ count: Int, seed: UInt64, scale: Float = 1) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in (random.uniform() * 2 - 1) * scale }
    }

    private func difference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

    /// Both sides of each tile: rows of 6, columns of 16, 32, 48 and 64.
    @Test(arguments: all) func productsOfEveryTileShapeAgreeWithPlainLoops(_ isa: UInt32) {
        for (n, k) in [(1, 1), (15, 7), (16, 8), (17, 9), (33, 20), (48, 3), (49, 16), (64, 33), (65, 5), (130, 12)] {
            let w = random(n * k, seed: 1), bias = random(n, seed: 2)
            let type = row(isa, .f32), packed = type.packed(w, n: n, k: k)!
            for m in [1, 2, 3, 4, 5, 6, 7, 12, 13] {
                let x = random(m * k, seed: 3)
                var oracle = [Float](repeating: 0, count: m * n), y = oracle
                ck_matmul_plain(x, w, bias, &oracle, m, n, k)
                type.multiply(x, nil, packed, bias, &y, m, n, k)
                #expect(difference(oracle, y) < 2e-6 * Float(k), "m \(m) n \(n) k \(k)")
                ck_matmul_plain(x, w, nil, &oracle, m, n, k)
                type.multiply(x, nil, packed, nil, &y, m, n, k)
                #expect(difference(oracle, y) < 2e-6 * Float(k), "without bias, m \(m) n \(n) k \(k)")
            }
        }
    }

    /// Queries of a position and of the one before, together: each gets the same bits as alone.
    @Test(arguments: all) func earlyQueriesDoNotSeeTheLastRow(_ isa: UInt32) {
        for (group, early, dim, counts) in [
            (4, 2, 64, [4, 33, 0]), (4, 2, 64, [2, 0, 0]), (2, 1, 64, [4, 20, 8]), (6, 3, 64, [4, 16, 13]),
            (10, 5, 64, [1, 15, 1]), (4, 2, 24, [4, 9, 5]),
            (6, 3, 128, [4, 17, 9]), (2, 1, 128, [1, 1, 0]),
        ] {
            let stride = dim, total = counts.reduce(0, +)
            let keys = random(total * stride, seed: 1), values = random(total * stride, seed: 2)
            let short = (shorten(isa, keys), shorten(isa, values))
            let bytes = (Bytes(keys, rows: total), Bytes(values, rows: total))
            let first = random(group * dim, seed: 3), rest = random(group * dim, seed: 4)
            let last = counts.lastIndex { $0 > 0 }!
            var fewer = counts
            fewer[last] -= 1
            /// The queries of `range`, and the runs that they see.
            func run(_ range: Range<Int>, _ counts: [Int], early: Int = 0) -> [[Float]] {
                let part = range.lowerBound * dim..<range.upperBound * dim
                let queries = Queries(
                    first: Array(first[part]), rest: Array(rest[part]), group: range.count, dim: dim)
                return [
                    attend(row(isa, .f32).attend, keys, values, queries, counts, stride, early: early),
                    attend(row(isa, .bf16).attend, short.0, short.1, queries, counts, stride, early: early),
                    attend(
                        row(isa, .int8).attend, bytes.0.q, bytes.1.q, queries, counts, stride, bytes.0.scales,
                        bytes.1.scales, early: early),
                ]
            }
            let together = run(0..<group, counts, early: early)
            let alone = zip(run(0..<early, fewer), run(early..<group, counts)).map { $0 + $1 }
            #expect(together == alone, "group \(group), \(early) early, dim \(dim)")
        }
    }

    /// [rows, stride] caches in three runs, one of them empty, and queries that share a head: both sides of a pass of 4 queries
    /// and of a vector of keys.
    @Test(arguments: all) func attentionAgreesWithItsDefinition(_ isa: UInt32) {
        for (group, dim, counts) in [
            (1, 64, [4, 33, 0]), (2, 64, [0, 7, 18]), (3, 64, [2, 1, 1]), (4, 64, [4, 16, 15]), (5, 64, [1, 17, 64]),
            (7, 64, [3, 5, 8]), (2, 24, [4, 9, 5]), (1, 4, [1, 0, 0]), (1, 128, [4, 33, 0]), (2, 128, [4, 16, 15]),
            (7, 128, [3, 5, 8]),
        ] {
            let stride = dim + 8, total = counts.reduce(0, +)
            let keys = random(total * stride, seed: 1), values = random(total * stride, seed: 2)
            let first = random(group * dim, seed: 3), rest = random(group * dim, seed: 4)
            let queries = Queries(first: first, rest: rest, group: group, dim: dim)
            let exact = attend(row(isa, .f32).attend, keys, values, queries, counts, stride)
            #expect(
                difference(exact, definition(keys, values, queries, counts, stride)) < 1e-5, "group \(group) dim \(dim)"
            )
            // Keys and values that bfloat16 holds exactly leave the rounding of the queries, 2^-9 of each product at most twice.
            let short = (shorten(isa, keys), shorten(isa, values))
            let near = attend(row(isa, .bf16).attend, short.0, short.1, queries, counts, stride)
            let oracle = definition(widen(short.0), widen(short.1), queries, counts, stride)
            #expect(
                difference(near, oracle) < (Self.isInWords(dim) ? 0.01 : 1e-5), "bfloat16, group \(group) dim \(dim)")
            let rounded = Queries(
                first: roundedQueries(first, dim), rest: roundedQueries(rest, dim), group: group, dim: dim)
            let same = definition(widen(short.0), widen(short.1), rounded, counts, stride)
            #expect(difference(near, same) < 1e-5, "rounded queries, group \(group) dim \(dim)")
            // The same for int8: 2^-8 of the largest of a query, and then exact but for float32.
            let bytes = (Bytes(keys, rows: total), Bytes(values, rows: total))
            let whole = attend(
                row(isa, .int8).attend, bytes.0.q, bytes.1.q, queries, counts, stride, bytes.0.scales, bytes.1.scales
            )
            let coarse = definition(bytes.0.x, bytes.1.x, queries, counts, stride)
            #expect(difference(whole, coarse) < (Self.isInWords(dim) ? 0.03 : 1e-5), "int8, group \(group) dim \(dim)")
            let byteQueries = Queries(
                first: byteQueries(first, dim), rest: byteQueries(rest, dim), group: group, dim: dim)
            let equal = definition(bytes.0.x, bytes.1.x, byteQueries, counts, stride)
            #expect(difference(whole, equal) < 1e-5, "int8 queries, group \(group) dim \(dim)")
        }
    }

    /// Rows as int8 plus 128 with a scale each, and what they stand for.
    private struct Bytes {
        var q: [UInt8]
        var scales: [Float]
        var x: [Float]

        init(_ x: [Float], rows: Int) {
            let width = x.count / rows
            (q, scales) = (Array(repeating: 0, count: x.count), Array(repeating: 0, count: rows))
            row(CK_ISA_PORTABLE.rawValue, .int8).take(x, &q, &scales, rows, width)
            self.x = q.indices.map { [q, scales] in Float(Int(q[$0]) - 128) * scales[$0 / width] }
        }
    }

    /// Whether queries of a head of this size are rounded to the type of the keys.
    private static func isInWords(_ dim: Int) -> Bool { dim == 64 || dim == 128 }

    private func byteQueries(_ x: [Float], _ dim: Int) -> [Float] {
        Self.isInWords(dim) ? Bytes(x, rows: x.count / dim).x : x
    }

    private struct Queries {
        var first, rest: [Float]
        var group, dim: Int
    }

    /// The queries as attention over bfloat16 rounds them, where it does: divided by the root of their dimension.
    private func roundedQueries(_ x: [Float], _ dim: Int) -> [Float] {
        guard Self.isInWords(dim) else { return x }
        let root = Float(dim).squareRoot()
        return widen(shorten(CK_ISA_PORTABLE.rawValue, x.map { $0 / root })).map { $0 * root }
    }

    private func shorten(_ isa: UInt32, _ x: [Float]) -> [UInt16] {
        var out = [UInt16](repeating: 0, count: x.count + x.count % 2)
        row(isa, .bf16).take(x, &out, nil, 1, x.count)
        return out
    }

    private func widen(_ x: [UInt16]) -> [Float] { x.map { Float(bitPattern: UInt32($0) << 16) } }

    private typealias Attend =
        @convention(c) (
            UnsafePointer<Float>?, UnsafePointer<Float>?, Int, Int, UnsafePointer<ck_run>?, Int, Int, Int,
            UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
        ) -> Void

    private func attend<Number>(
        _ kernel: Attend, _ keys: [Number], _ values: [Number], _ queries: Queries, _ counts: [Int], _ stride: Int,
        _ keyScales: [Float] = [], _ valueScales: [Float] = [], early: Int = 0
    ) -> [Float] {
        var scores = [Float](repeating: 0, count: queries.group * counts.reduce(0, +))
        var out = [Float](repeating: 0, count: queries.first.count)
        keys.withUnsafeBufferPointer { keys in
            values.withUnsafeBufferPointer { values in
                keyScales.withUnsafeBufferPointer { keyScales in
                    valueScales.withUnsafeBufferPointer { valueScales in
                        var runs: [ck_run] = [], at = 0
                        for count in counts {
                            runs.append(
                                ck_run(
                                    keys: keys.baseAddress! + at * stride, values: values.baseAddress! + at * stride,
                                    key_scales: keyScales.baseAddress.map { $0 + at },
                                    value_scales: valueScales.baseAddress.map { $0 + at }, count: count))
                            at += count
                        }
                        kernel(
                            queries.first, queries.rest, queries.group, early, runs, 3, queries.dim, stride, &scores,
                            &out)
                    }
                }
            }
        }
        return out
    }

    private func definition(_ keys: [Float], _ values: [Float], _ queries: Queries, _ counts: [Int], _ stride: Int)
        -> [Float]
    {
        let dim = queries.dim, total = counts.reduce(0, +)
        return (0..<queries.group).flatMap { g -> [Float] in
            let weights = (0..<total).map { i -> Double in
                let query = i < counts[0] ? queries.first : queries.rest
                let product = (0..<dim).reduce(0.0) {
                    $0 + Double(query[g * dim + $1]) * Double(keys[i * stride + $1])
                }
                return exp(product / Double(dim).squareRoot())
            }
            let sum = weights.reduce(0, +)
            return (0..<dim).map { d in
                Float((0..<total).reduce(0.0) { $0 + weights[$1] / sum * Double(values[$1 * stride + d]) })
            }
        }
    }

    /// The largest error of y against a function of x, relative where the function is above 1.
    private func error(_ x: [Float], _ y: [Float], _ function: (Double) -> Double) -> Double {
        zip(x, y).map { x, y -> Double in
            let exact = function(Double(x))
            return abs(Double(y) - exact) / max(1, abs(exact))
        }.max()!
    }

    @Test(arguments: all) func functionsAgreeWithTheLibrary(_ isa: UInt32) {
        let k = kernels(isa)
        // 37 is no multiple of any vector.
        for scale: Float in [0.01, 1, 8, 80] {
            let x = random(37, seed: 5, scale: scale), angles = random(37, seed: 6, scale: 100 * scale)
            var exponential = x, gelu = x, gate = x, cosine = x, sine = x
            k.exponential(&exponential, 37)
            #expect(error(x, exponential, exp) < 3e-7)
            k.gelu(&gelu, 37)
            #expect(error(x, gelu) { $0 * erfc(-$0 / 2.0.squareRoot()) / 2 } < 1e-6)
            k.swiglu(&gate, x, 37)
            #expect(error(x, gate) { $0 * $0 / (1 + exp(-$0)) } < 1e-6)
            k.cosine_sine(angles, &cosine, &sine, 37)
            #expect(error(angles, cosine, cos) < 1e-6)
            #expect(error(angles, sine, sin) < 1e-6)
        }
        var extremes: [Float] = [-1000, 88, -.infinity]
        k.exponential(&extremes, 3)
        #expect(extremes[0] < 1e-37 && extremes[1] > 1e38 && extremes[1].isFinite && extremes[2] < 1e-37)
    }

    @Test func windowsAreWholeVectorsOfSmallFactors() {
        let windows = (0...2080).filter(ck_has_window)
        #expect(windows.prefix(6) == [32, 64, 96, 128, 160, 192] && windows.last == 2048)
        #expect(windows.contains(640) && windows.contains(960) && !windows.contains(224) && !windows.contains(640 + 16))
    }

    /// 40 ms at 8, 16, 24 and 48 kHz, and windows of one radix alone. Windows and spectra of as many rows as fill no, one and more than one
    /// vector of each set.
    @Test(arguments: all, [32, 96, 320, 640, 960, 1920]) func spectraAgreeWithTheirDefinition(_ isa: UInt32, n: Int) {
        let bins = n / 2 + 1
        #expect(ck_has_window(n))
        let turns = (0..<n).map { 2 * Double.pi * Double($0) / Double(n) }
        let circle = (turns.map { cos($0) } + turns.map { sin($0) }).map(Float.init), window = random(n, seed: 9)
        for rows in [1, 4, 17] {
            let x = random(rows * n, seed: 10), spectra = random(rows * 2 * bins, seed: 11)
            var magnitudes = [Float](repeating: .nan, count: rows * bins), frames = x
            kernels(isa).magnitudes(n, circle, window, x, &magnitudes, rows)
            kernels(isa).frames(n, circle, window, spectra, &frames, rows)
            for row in [0, rows - 1] {
                for bin in [0, 1, 5, n / 4, n / 2 - 1, n / 2] {
                    let parts = (0..<n).reduce((0.0, 0.0)) { sum, i in
                        let sample = Double(x[row * n + i] * window[i]), turn = turns[bin * i % n]
                        return (sum.0 + sample * cos(turn), sum.1 - sample * sin(turn))
                    }
                    let magnitude = (parts.0 * parts.0 + parts.1 * parts.1).squareRoot()
                    #expect(
                        abs(Double(magnitudes[row * bins + bin]) - magnitude) < 3e-5 * Double(max(1, n / 640)),
                        "bin \(bin) of \(rows) rows")
                }
                for i in [0, 1, 2, n / 2 - 1, n - 1] {
                    let sample = (0..<bins).reduce(0.0) { sum, bin in
                        let at = row * 2 * bins + bin, isEdge = bin == 0 || bin == n / 2, turn = turns[bin * i % n]
                        let imaginary = isEdge ? 0 : Double(spectra[at + bins])
                        return sum + (isEdge ? 1 : 2) * (Double(spectra[at]) * cos(turn) - imaginary * sin(turn))
                    }
                    #expect(
                        abs(Double(frames[row * n + i]) - sample * Double(window[i])) < 3e-5 * Double(max(1, n / 640)),
                        "sample \(i) of \(rows)")
                }
            }
        }
    }

    @Test(arguments: all) func sumsRunOverTheRest(_ isa: UInt32) {
        for count in [1, 15, 16, 17, 37] {
            let a = random(count, seed: 1)
            var b = random(count, seed: 2)
            let expected = zip(a, b).map { $0 + $1 }
            kernels(isa).add(a, &b, count)
            #expect(b == expected)
        }
    }

    @Test(arguments: all) func theLargestIsTheFirstOfEquals(_ isa: UInt32) {
        for count in [1, 3, 4, 7, 15, 16, 17, 37, 64] {
            for place in 0..<count {
                var x = random(count, seed: 4)
                x[place] = 2
                #expect(kernels(isa).largest(x, count) == place, "of \(count)")
                x[count - 1] = 2
                #expect(kernels(isa).largest(x, count) == place, "before an equal, of \(count)")
            }
            let nothing = [Float](repeating: -.infinity, count: count)
            #expect(kernels(isa).largest(nothing, count) == 0)
        }
        #expect(kernels(isa).largest([-3, -2, -5, -2], 4) == 1)
    }

    @Test(arguments: all) func normsAgreeWithTheirDefinitions(_ isa: UInt32) {
        for width in [1, 5, 16, 37] {
            let x = random(3 * width, seed: 6, scale: 3), weight = random(width, seed: 7), bias = random(width, seed: 8)
            var layer = x, rms = x
            kernels(isa).layer_norm(layer, weight, bias, 1e-5, &layer, 3, width)
            kernels(isa).rms_norm(rms, weight, 1e-5, &rms, 3, width)
            for row in 0..<3 {
                let values = x[row * width..<(row + 1) * width].map(Double.init)
                let mean = values.reduce(0, +) / Double(width)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
                let power = values.reduce(0) { $0 + $1 * $1 } / Double(width)
                for i in 0..<width {
                    let centred =
                        (values[i] - mean) / (variance + 1e-5).squareRoot() * Double(weight[i]) + Double(bias[i])
                    let scaled = values[i] / (power + 1e-5).squareRoot() * Double(weight[i])
                    #expect(abs(Double(layer[row * width + i]) - centred) < 1e-5)
                    #expect(abs(Double(rms[row * width + i]) - scaled) < 1e-5)
                }
            }
        }
    }
}

/// Binary16 without the language's type, which not every platform has.
enum Float16Bits {
    /// The nearest binary16 number towards zero. |x| up to 65504.
    static func rounded(_ x: Float) -> Float {
        let unit = max(x == 0 ? 0 : exp2(floor(log2(abs(x)))), 0x1p-14) * 0x1p-10
        return (x / unit).rounded(.towardZero) * unit
    }
}
