// The result of a bench, and its progress messages.

internal import Callers
internal import Foundation
internal import Kernels

/// A bench's result: a table for people and the same data as JSON.
struct BenchResult<Row: Encodable & Sendable>: Encodable {
    var bench: String
    var machine = Machine()
    /// Peak of one core without memory access, in billions of operations per second, by precision.
    var peaks: [String: Double]
    var rows: [Row] = []

    struct Machine: Encodable {
        var kernels = KernelTable.instructionSet
        var openblas = OpenBLAS.core ?? "missing"
    }

    init(_ bench: String, limits: CoreLimits) {
        self.bench = bench
        peaks = Dictionary(uniqueKeysWithValues: limits.peaks.map { ($0.rawValue, $1) })
    }

    /// Prints the table. If `folder` is given, also writes `bench`.md, `bench`.json and the plots there.
    func publish(
        _ markdown: String, to folder: String?, plots: [(name: String, svg: String)] = []
    ) throws {
        let limits = Precision.allCases.map { String(format: "%@ %.0f", $0.rawValue, peaks[$0.rawValue] ?? 0) }
        let text = """
            # duet bench \(bench)

            Kernels \(machine.kernels), OpenBLAS for \(machine.openblas). Limits of a core in Gop/s: \
            \(limits.joined(separator: ", ")).

            \(markdown)
            """
        print(text)
        guard let folder else { return }
        try OutputFile.folder(folder)
        let encoder = JSONEncoder()
        // A percentile of nothing is NaN.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try OutputFile.write(encoder.encode(self), to: "\(folder)/\(bench).json")
        try OutputFile.write(Data((text + "\n").utf8), to: "\(folder)/\(bench).md")
        for plot in plots where !plot.svg.isEmpty {
            try OutputFile.write(Data(plot.svg.utf8), to: "\(folder)/\(plot.name).svg")
        }
    }
}

enum BenchProgress {
    static func say(_ line: String) { FileHandle.standardError.write(Data(("bench: " + line + "\n").utf8)) }
}
