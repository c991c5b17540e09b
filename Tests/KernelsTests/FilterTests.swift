// Convolutions against plain loops, and the same for every row whatever the others are.

import Basics
import CKernels
import Testing

@testable import Kernels

@Suite struct FilterTests {
    /// A convolution, its rows and its weights, rounded as the type rounds them.
    private struct Case {
        var inputs, outputs, taps, dilation: Int
        var isRounded: Bool
        var window, weights, bias, residual: [Float]
        let rows: Int

        init(_ inputs: Int, _ outputs: Int, _ taps: Int, _ dilation: Int, rows: Int, isRounded: Bool) {
            (self.inputs, self.outputs, self.taps, self.dilation) = (inputs, outputs, taps, dilation)
            (self.rows, self.isRounded) = (rows, isRounded)
            var random = Random(seed: UInt64(inputs * 1000 + outputs + taps))
            func draw(_ count: Int) -> [Float] { (0..<count).map { _ in random.uniform() * 2 - 1 } }
            window = draw((rows + (taps - 1) * dilation) * inputs)
            weights = draw(outputs * taps * inputs)
            (bias, residual) = (draw(outputs), draw(rows * outputs))
        }

        private func round(_ x: Float) -> Float {
            guard isRounded else { return x }
            let bits = x.bitPattern
            return Float(bitPattern: (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff_0000)
        }

        /// The definition, in double precision.
        func plain(slope: Float) -> [Float] {
            (0..<rows * outputs).map { at in
                let (t, o) = (at / outputs, at % outputs)
                var sum = Double(bias[o] + residual[at])
                for k in 0..<taps {
                    for i in 0..<inputs {
                        let x = window[(t + k * dilation) * inputs + i], active = x > 0 ? x : x * slope
                        sum += Double(round(active)) * Double(round(weights[(o * taps + k) * inputs + i]))
                    }
                }
                return Float(sum)
            }
        }

        /// Rows from `first` to `last` by the kernels.
        func run(_ type: ck_type, slope: Float, _ first: Int = 0, _ last: Int? = nil) -> [Float] {
            let count = (last ?? rows) - first, windowRows = count + (taps - 1) * dilation
            let bytes = type.filter_row_bytes(inputs), size = type.filter_bytes(outputs, taps, inputs)
            let packed = Buffer(count: size / 4), x = Buffer(window), bias = Buffer(bias), residual = Buffer(residual)
            type.pack_filter(weights, packed.pointer, outputs, taps, inputs)
            let converted = UnsafeMutableRawPointer.allocate(byteCount: max(1, windowRows * bytes), alignment: 64)
            defer { converted.deallocate() }
            converted.initializeMemory(as: UInt8.self, repeating: 0xff, count: windowRows * bytes)
            type.activate(x.pointer + first * inputs, slope, converted, windowRows, inputs)
            let y = Buffer([Float](repeating: .nan, count: count * outputs))
            var call = ck_convolution(
                rows: converted, packed: packed.pointer, bias: bias.pointer,
                residual: residual.pointer + first * outputs, y: y.pointer, count: count, outputs: outputs, taps: taps,
                inputs: inputs, dilation: dilation)
            withExtendedLifetime((packed, x, bias, residual)) { type.convolve(&call) }
            return y.values
        }
    }

    private static let shapes = [
        (1, 1, 1, 1), (32, 32, 3, 1), (32, 32, 7, 12), (64, 64, 5, 6), (40, 33, 3, 2), (5, 7, 2, 3), (16, 48, 1, 1),
        (33, 17, 5, 1), (192, 70, 2, 1), (128, 256, 2, 1), (3, 100, 7, 2),
    ]
    private static let types = [("f32", false), ("bf16", true)]

    @Test(arguments: InstructionSetTests.all) func convolutionsAgreeWithPlainLoops(_ isa: UInt32) {
        for (name, isRounded) in Self.types {
            let type = row(isa, Precision(rawValue: name)!)
            for (inputs, outputs, taps, dilation) in Self.shapes {
                for rows in [1, 2, 3, 5, 6, 11, 12, 13, 15, 16, 17, 31, 32, 33, 40] {
                    let one = Case(inputs, outputs, taps, dilation, rows: rows, isRounded: isRounded)
                    let worst = zip(one.run(type, slope: 0.1), one.plain(slope: 0.1)).map { abs($0 - $1) }.max()!
                    #expect(
                        worst < 1e-6 * Float(taps * inputs + 4).squareRoot() * 4,
                        "\(name), \(rows) rows of \(inputs) to \(outputs), \(taps) taps, \(dilation) apart")
                }
            }
        }
    }

    @Test(arguments: InstructionSetTests.all) func aRowDoesNotDependOnTheOthers(_ isa: UInt32) {
        for (name, isRounded) in Self.types {
            let type = row(isa, Precision(rawValue: name)!)
            for (inputs, outputs, taps, dilation) in Self.shapes {
                let one = Case(inputs, outputs, taps, dilation, rows: 40, isRounded: isRounded)
                let whole = one.run(type, slope: 1)
                for (first, last) in [(0, 1), (7, 20), (1, 40), (13, 29), (5, 38)] {
                    let part = one.run(type, slope: 1, first, last)
                    #expect(part == Array(whole[first * outputs..<last * outputs]), "\(name), rows \(first) to \(last)")
                }
            }
        }
    }

    @Test func typesWithoutConvolutionsHaveNoFilters() {
        for precision in Precision.allCases {
            let filter = Filter(weights: [1, 2], inputs: 2, outputs: 1, taps: 1, precision: precision)
            #expect((filter == nil) == (precision.type.convolve == nil), "\(precision)")
        }
    }
}
