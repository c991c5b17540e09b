// Blocks of GGUF files as weights: nothing is rounded, and products are those of what the blocks stand for.

import Basics
import CKernels
import Testing

@testable import Kernels

@Suite struct BlockFormatTests {
    /// Both sides of a panel, and several groups.
    private static let shapes = [(n: 1, k: 32), (64, 96), (67, 64), (130, 160)]

    private struct Half {
        var bits: UInt16
        var bytes: [UInt8] { [UInt8(bits & 255), UInt8(bits >> 8)] }
        var value: Float { bytes.withUnsafeBytes { FloatFormat.float16.read($0.baseAddress!, count: 1)[0] } }
    }

    /// Random blocks of a format, and by its definition in ggml the weights that they stand for.
    private struct Blocks {
        var bytes: [UInt8] = []
        var weights: [Float] = []

        init(_ format: BlockFormat, n: Int, k: Int) {
            var random = Random(seed: UInt64(n * k))
            for _ in 0..<n * k / BlockFormat.count {
                // Scales from 2^-11 to 2^-8, minima from -0.5 to -0.25.
                let scale = Half(bits: UInt16(0x1000 + random.below(0x0c00))),
                    minimum = Half(bits: UInt16(0xb400 + random.below(0x0400)))
                let numbers = (0..<(format == .q8_0 ? 32 : 16)).map { _ in UInt8(random.below(256)) }
                bytes += scale.bytes + (format == .q4_1 ? minimum.bytes : []) + numbers
                weights += (0..<BlockFormat.count).map { i in
                    switch format {
                    case .q8_0: return Float(Int8(bitPattern: numbers[i])) * scale.value
                    case .q4_0: return Float(Self.half(numbers, i) - 8) * scale.value
                    case .q4_1: return Float(Self.half(numbers, i)) * scale.value + minimum.value
                    }
                }
            }
        }

        private static func half(_ numbers: [UInt8], _ i: Int) -> Int {
            Int(i < 16 ? numbers[i] & 15 : numbers[i - 16] >> 4)
        }
    }

    private func layer(_ blocks: [UInt8], _ format: BlockFormat, n: Int, k: Int, _ precision: Precision) -> Linear? {
        blocks.withUnsafeBytes { Linear(blocks: $0, format: format, inputs: k, outputs: n, precision: precision) }
    }

    @Test(arguments: BlockFormat.allCases) func weightsAreThoseOfTheBlocks(_ format: BlockFormat) throws {
        for (n, k) in Self.shapes {
            let blocks = Blocks(format, n: n, k: k), row = Buffer(count: k)
            #expect(blocks.bytes.count == n * format.bytes(inputs: k))
            let held = self.layer(blocks.bytes, format, n: n, k: k, format.precision), layer = try #require(held)
            for output in 0..<n {
                layer.read(output: output, to: row.pointer)
                let oracle = blocks.weights[output * k..<(output + 1) * k]
                // A fused multiplication and addition of a scale and a minimum rounds once, not twice.
                let farthest = zip(row.values, oracle).map { abs($0 - $1) }.max()!
                #expect(farthest <= (format == .q8_0 ? 0 : 0x1p-23), "n \(n) k \(k) output \(output)")
            }
        }
    }

    @Test(arguments: BlockFormat.allCases) func onlyItsPrecisionHoldsAFormat(_ format: BlockFormat) {
        let blocks = Blocks(format, n: 3, k: 64).bytes
        for precision in Precision.allCases {
            #expect((layer(blocks, format, n: 3, k: 64, precision) != nil) == (precision == format.precision))
        }
        // 96 weights are three blocks, but not two rows of 48.
        #expect(layer(Blocks(format, n: 1, k: 96).bytes, format, n: 2, k: 48, format.precision) == nil)
    }

    /// A scale whose eightfold binary16 cannot hold.
    @Test func aMinimumThatBinary16CannotHoldIsRefused() {
        let halves = [UInt8](repeating: 0x88, count: 16)
        // 8188, 8192 and 2^-24.
        for (scale, isHeld) in [(UInt16(0x6fff), true), (0x7000, false), (1, true)] {
            let held = layer(Half(bits: scale).bytes + halves, .q4_0, n: 1, k: 32, .int4g) != nil
            #expect(held == isHeld, "\(scale)")
        }
    }

    /// Sums of a group are exact; all else is float32.
    @Test(arguments: InstructionSetTests.all) func productsAreThoseOfWhatWasRounded(_ isa: UInt32) {
        for precision in [Precision.int8g, .int4g] {
            for (n, k) in [(1, 1), (65, 33), (70, 64), (130, 200)] {
                for m in [1, 2, 4, 5, 6, 7, 13, 16, 33] {
                    let x = random(m * k, seed: 3), w = random(n * k, seed: 1), bias = random(n, seed: 2)
                    let type = row(isa, precision), weights = type.packed(w, n: n, k: k)!
                    let (rows, scales) = type.taken(x, m: m), width = rows.count / m
                    var wide = [Float](repeating: .nan, count: m * k), unpacked = [Float](repeating: .nan, count: n * k)
                    for i in 0..<m {
                        rows.withUnsafeBytes { rows in
                            wide.withUnsafeMutableBufferPointer {
                                type.widen(rows.baseAddress! + i * width, scales, $0.baseAddress! + i * k, k)
                            }
                        }
                    }
                    for c in 0..<n {
                        unpacked.withUnsafeMutableBufferPointer {
                            type.unpack(weights, c, $0.baseAddress! + c * k, n, k)
                        }
                    }
                    var y = [Float](repeating: .nan, count: m * n), oracle = y
                    type.multiply(rows, scales, weights, bias, &y, m, n, k)
                    ck_matmul_plain(wide, unpacked, bias, &oracle, m, n, k)
                    let farthest = zip(y, oracle).map { abs($0 - $1) }.max()!
                    #expect(farthest < 2e-6 * Float(k).squareRoot(), "\(precision) m \(m) n \(n) k \(k)")
                }
            }
        }
    }

    /// Where one number is nearly all of a row, int8 loses the others; groups do not.
    @Test func aLargeNumberCoarsensOnlyItsGroup() {
        let k = 576, x = random(k, seed: 3).enumerated().map { $0 == 100 ? 500 : $1 }, w = random(64 * k, seed: 1)
        var oracle = [Float](repeating: 0, count: 64)
        ck_matmul_plain(x, w, nil, &oracle, 1, 64, k)
        let errors = [Precision.int8, .int8g].map { precision -> Float in
            let y = row(KernelTable.isa.rawValue, precision).product(
                x, w.map { $0.rounded(.toNearestOrEven) }, nil, m: 1, n: 64, k: k)
            ck_matmul_plain(x, w.map { $0.rounded(.toNearestOrEven) }, nil, &oracle, 1, 64, k)
            return zip(y, oracle).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
        }
        #expect(errors[1] * 3 < errors[0], "\(errors)")
    }

    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in random.uniform() * 2 - 1 }
    }
}
