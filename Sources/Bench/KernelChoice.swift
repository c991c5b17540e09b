// `duet models --kernels`: the speed of each candidate for each of a model's products, and which one is used.

internal import Families
internal import Foundation
public import Kernels

public enum KernelChoice {
    private static let rows = [1, 8, 32, 64]

    /// Prints one line per shape and candidate. Takes a few seconds.
    public static func show(_ products: [ProductShape]) {
        let times = KernelTable.choose(products), peaks = CoreLimits().peaks
        print("\nall products of a step, once with 1 row and once with 16, in microseconds of one core:")
        show(times.sets, choice: KernelTable.instructionSet)
        if !times.manyRows.isEmpty {
            print("\nthe same with \(OpenBLAS.rowsMin) rows and with twice as many:")
            show(times.manyRows, choice: OpenBLAS.serves ? "openblas" : KernelTable.instructionSet)
        }
        print(
            "\nkernels \(KernelTable.instructionSet), OpenBLAS for \(OpenBLAS.core ?? "nothing: it is missing"); Gop/s of one core by rows"
        )
        print(
            "limits  "
                + Precision.allCases.map { String(format: "%@ %.0f", $0.rawValue, peaks[$0]!) }.joined(separator: ", "))
        print(
            "\n   outputs   inputs   times   candidate" + rows.map { String(format: "%8d", $0) }.joined()
                + "   choice")
        var counts: [ProductShape: Int] = [:]
        for product in products { counts[product, default: 0] += 1 }
        let shapes = counts.keys.sorted { ($0.outputs * $0.inputs, $0.outputs) > ($1.outputs * $1.inputs, $1.outputs) }
        for shape in shapes { show(shape, times: counts[shape]!) }
    }

    private static func show(_ measured: [KernelTimes.Measured], choice: String) {
        for candidate in measured {
            let name = candidate.name.padding(toLength: 12, withPad: " ", startingAt: 0)
            print(
                String(format: "  %@ %9.0f", name, candidate.microseconds) + (candidate.name == choice ? "   *" : ""))
        }
    }

    private static func show(_ shape: ProductShape, times: Int) {
        for candidate in ProductCandidate.allCases {
            let probe = ProductProbe(
                candidate, outputs: shape.outputs, inputs: shape.inputs, rowsMax: rows.max()!)
            let rates = rows.map { rows in
                2e-9 * Double(rows * shape.outputs * shape.inputs) / probe.seconds(rows: rows, runs: 3, each: 0.002)
            }
            let name = candidate.rawValue.padding(toLength: 9, withPad: " ", startingAt: 0)
            print(
                String(format: "  %8d %8d %7d   ", shape.outputs, shape.inputs, times) + name
                    + rates.map { String(format: "%8.0f", $0) }.joined()
                    + (candidate.rawValue == shape.precision.rawValue ? "   *" : ""))
        }
    }
}
