// Every row of the table of types, for every instruction set: what it packs, takes, widens and multiplies.

import Basics
import CKernels
import Testing

@testable import Kernels

/// The row of a precision for one instruction set.
func row(_ isa: UInt32, _ precision: Precision) -> ck_type {
    let index = Precision.allCases.firstIndex(of: precision)!
    return ck_kernels_of(ck_isa(rawValue: isa)).pointee.types[index]!.pointee
}

extension ck_type {
    /// w [n, k] in panels, in whole words of which none was zero before.
    func packed(_ w: [Float], n: Int, k: Int) -> [UInt32]? {
        var words = [UInt32](repeating: .max, count: packed_bytes(n, k) / 4)
        return words.withUnsafeMutableBytes { pack(w, $0.baseAddress, n, k) } ? words : nil
    }

    /// x [m, k] as rows of this type, and their scales.
    func taken(_ x: [Float], m: Int) -> (rows: [UInt8], scales: [Float]) {
        let k = x.count / m, width = row_bytes(k)
        var rows = [UInt8](repeating: 255, count: m * width), scales = [Float](repeating: -1, count: m)
        rows.withUnsafeMutableBytes { take(x, $0.baseAddress, &scales, m, k) }
        return (rows, scales)
    }

    /// x · wᵀ + bias, whatever is rounded on the way.
    func product(_ x: [Float], _ w: [Float], _ bias: [Float]?, m: Int, n: Int, k: Int) -> [Float] {
        let (rows, scales) = taken(x, m: m), weights = packed(w, n: n, k: k)!
        var y = [Float](repeating: .nan, count: m * n)
        multiply(rows, scales, weights, bias, &y, m, n, k)
        return y
    }
}

@Suite struct TypeTableTests {
    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = Random(seed: seed)
        return (0..<count).map { _ in random.uniform() * 2 - 1 }
    }

    @Test(arguments: InstructionSetTests.all) func allSetsHaveTheSameRows(_ isa: UInt32) {
        let names = Precision.allCases.map { String(cString: row(isa, $0).name) }
        #expect(names == Precision.allCases.map(\.rawValue))
        #expect(Set(names).count == names.count && names.allSatisfy { Precision(rawValue: $0) != nil })
        #expect(Precision(rawValue: "int7") == nil)
        #expect(ck_kernels_of(ck_isa(rawValue: isa)).pointee.types[names.count] == nil)
    }

    /// Weights and rows of eight bits lose 2^-7 of a product's size at most, those of more bits less, those of four a fifteenth of the
    /// weights' range; and losses of many add up like chance.
    @Test(arguments: InstructionSetTests.all) func productsAreNearTheOracle(_ isa: UInt32) {
        for precision in Precision.allCases {
            for (m, n, k) in [(1, 1, 1), (3, 65, 33), (7, 130, 12), (13, 64, 200)] {
                let x = random(m * k, seed: 3), w = random(n * k, seed: 1), bias = random(n, seed: 2)
                var oracle = [Float](repeating: 0, count: m * n)
                ck_matmul_plain(x, w, bias, &oracle, m, n, k)
                let y = row(isa, precision).product(x, w, bias, m: m, n: n, k: k)
                let farthest = zip(oracle, y).map { abs($0 - $1) }.max()!
                #expect(
                    farthest < (precision == .f32 ? 1e-6 : precision == .int4g ? 0x1p-3 : 0x1p-6)
                        * Float(k).squareRoot(),
                    "\(precision) \(m) \(n) \(k)")
            }
        }
    }

    @Test(arguments: InstructionSetTests.all) func rowsComeBackNearlyAsTheyWere(_ isa: UInt32) {
        for precision in Precision.allCases {
            let type = row(isa, precision), x = random(3 * 64, seed: 5), (rows, scales) = type.taken(x, m: 3)
            #expect(rows.count + (type.is_scaled ? 12 : 0) == 3 * precision.rowBytes(dim: 64))
            for i in 0..<3 {
                var wide = [Float](repeating: .nan, count: 64)
                rows.withUnsafeBytes { rows in
                    scales.withUnsafeBufferPointer {
                        type.widen(rows.baseAddress! + i * rows.count / 3, $0.baseAddress! + i, &wide, 64)
                    }
                }
                let farthest = zip(wide, x[i * 64..<(i + 1) * 64]).map { abs($0 - $1) }.max()!
                #expect(type.is_float ? farthest == 0 : farthest > 0 && farthest < 0x1p-7, "\(precision)")
            }
        }
    }

    /// A type that packs others' weights gives the bits that they would have given.
    @Test(arguments: InstructionSetTests.all) func compactWeightsGiveTheBitsOfWholeOnes(_ isa: UInt32) {
        let (m, n, k) = (5, 70, 21), x = random(5 * 21, seed: 3)
        let w = random(n * k, seed: 1).enumerated().map { Float16Bits.rounded($1 * ($0 % 7 == 0 ? 1e-6 : 1)) }
        for precision in Precision.allCases {
            let type = row(isa, precision)
            guard let compact = type.compact?.pointee, let halves = compact.packed(w, n: n, k: k) else { continue }
            var y = [Float](repeating: .nan, count: m * n)
            compact.multiply(x, nil, halves, nil, &y, m, n, k)
            #expect(y == type.product(x, w, nil, m: m, n: n, k: k))
        }
    }

    /// Where it packs any: the plainest set for x86-64 does not widen binary16 by itself.
    @Test(arguments: InstructionSetTests.all) func aWeightThatBinary16CannotHoldStaysWhole(_ isa: UInt32) {
        let compact = row(isa, .f32).compact.pointee
        guard compact.packed([1], n: 1, k: 1) != nil else {
            #expect(isa == CK_ISA_PORTABLE.rawValue)
            return
        }
        for value: Float in [0, -0.0, 1, -2.5, 65504, 0x1p-24, -0x1.8p-23, 0x1p-14, .infinity] {
            let halves = compact.packed([value], n: 1, k: 1)
            #expect(halves != nil, "\(value)")
            var wide: Float = .nan
            compact.widen(halves, nil, &wide, 1)
            #expect(wide.bitPattern == value.bitPattern)
        }
        for value: Float in [0.1, 65520, 0x1p-25, 1 + 0x1p-11, 0x1.8p-24, .nan] {
            #expect(compact.packed([value], n: 1, k: 1) == nil, "\(value)")
        }
    }
}
