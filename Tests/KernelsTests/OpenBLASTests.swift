// OpenBLAS is loaded for this CPU, and multiplies from its number of rows on. It is loaded once in a process, and whether it serves is
// true of all of it: so these tests run in processes of their own.

import CKernels
import Foundation
import Testing

@testable import Kernels

@Suite struct OpenBLASTests {
    private static let isAlone = ProcessInfo.processInfo.environment["DUET_TEST_ALONE"] != nil

    /// Runs one test of this suite alone; its exit status.
    private func run(_ test: String, pinned: String?) throws -> Int32 {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        child.arguments = ["--testing-library", "swift-testing", "--filter", "OpenBLASTests.\(test)"]
        child.environment = ProcessInfo.processInfo.environment.merging(["DUET_TEST_ALONE": "1"]) { $1 }
        child.environment?["OPENBLAS_CORETYPE"] = pinned
        child.standardOutput = FileHandle.nullDevice
        child.standardError = FileHandle.nullDevice
        try child.run()
        child.waitUntilExit()
        return child.terminationStatus
    }

    @Test(.enabled(if: !isAlone), arguments: [nil, "Prescott", "Haswell", "Nonesuch"])
    func whateverTheEnvironmentSaysItComputesForThisCPU(_ pinned: String?) throws {
        #expect(try run("theCoreIsThisCPUs", pinned: pinned) == 0)
    }

    @Test(.enabled(if: isAlone)) func theCoreIsThisCPUs() throws {
        let core = try #require(OpenBLAS.core, "Scripts/setup installs libopenblas0")
        if ck_has_isa(CK_ISA_AVX512) {
            #expect(core == "SkylakeX")
        } else if ck_has_isa(CK_ISA_AVX2) {
            #expect(core == "Haswell")
        }
    }

    @Test(.enabled(if: !isAlone)) func itServesManyRows() throws {
        #expect(try run("itTakes32RowsAndMoreOfFloatsOnceItServes", pinned: nil) == 0)
    }

    @Test(.enabled(if: isAlone)) func itTakes32RowsAndMoreOfFloatsOnceItServes() throws {
        try #require(OpenBLAS.core != nil)
        let weights = (0..<70 * 50).map { Float($0 % 17) - 8 }
        let x = Buffer((0..<33 * 50).map { Float($0 % 5) - 2 }), operand = Operand(rowsMax: 33, widthMax: 50)
        var expected = (all: 0, served: 0)
        for serves in [false, true] {
            OpenBLAS.serves = serves
            for precision in Precision.allCases {
                let layer = Linear(weights: weights, inputs: 50, outputs: 70, precision: precision)
                for rows in [1, 31, 32, 33] {
                    let y = Buffer(count: rows * 70), bound: Float = precision == .f32 ? 0 : 20
                    layer.apply(x.pointer, rows: rows, through: operand, to: y.pointer)
                    if precision == .f32 {
                        expected.all += 1
                        if serves && rows >= 32 { expected.served += 1 }
                    }
                    #expect(OpenBLAS.counts.all == expected.all && OpenBLAS.counts.served == expected.served)
                    // Whole numbers: float32 sums of them are exact in any order.
                    for i in [0, rows * 70 - 1] {
                        let sum = (0..<50).reduce(Float(0)) { $0 + x[i / 70 * 50 + $1] * weights[i % 70 * 50 + $1] }
                        #expect(abs(y[i] - sum) <= bound, "\(precision), \(rows) rows")
                    }
                }
            }
        }
        #expect(OpenBLAS.counts.served == 2)
    }

    /// What `duet serve` does at start, here with two small layers.
    @Test(.enabled(if: !isAlone)) func theChoiceIsMeasured() throws {
        #expect(try run("itServesUnlessItIsSlowerByMoreThanATenth", pinned: nil) == 0)
    }

    @Test(.enabled(if: isAlone)) func itServesUnlessItIsSlowerByMoreThanATenth() throws {
        try #require(OpenBLAS.core != nil)
        let bytes = KernelTable.choose([ProductShape(outputs: 64, inputs: 64, precision: .int8)])
        #expect(bytes.manyRows.isEmpty && !OpenBLAS.serves && !bytes.sets.isEmpty)
        let mixed = KernelTable.choose([
            ProductShape(outputs: 64, inputs: 64, precision: .int8),
            ProductShape(outputs: 64, inputs: 4, precision: .f32),
        ])
        #expect(mixed.manyRows.isEmpty && !OpenBLAS.serves)
        let floats = KernelTable.choose([ProductShape(outputs: 128, inputs: 64, precision: .f32)])
        #expect(floats.manyRows.map(\.name) == [KernelTable.instructionSet, "openblas"])
        #expect(OpenBLAS.serves == (floats.manyRows[1].microseconds < 1.1 * floats.manyRows[0].microseconds))
    }
}
