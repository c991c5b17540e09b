// What a bench leaves, and what it says on the way.

internal import Callers
internal import Foundation
internal import Kernels

/// What a bench leaves: a table for people and the same for programs.
struct BenchResult<Row: Encodable & Sendable>: Encodable {
    var bench: String
    var machine = Machine()
    /// Billions of operations a second of one core without memory, by precision.
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

    /// Prints the table; with a folder, writes `bench`.md, `bench`.json and the plots there too.
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
        // What was not seen has no percentile.
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
