// `duet bench kernels`: products by shape, rows and precision, relative to the core's limits.

internal import ArgumentParser
internal import Basics
internal import Callers
internal import Evaluation
internal import Foundation
internal import Kernels

struct BenchKernels: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Products by shape, rows and precision, as shares of the core's measured limits.",
        discussion: """
            The limit of a product is the slower of two: its operations at the core's measured peak for that precision, and its \
            weights at the measured rate of reading as much memory. With --footprint, copies of the weights are used in turn, \
            as the layers of a model are.
            """)

    @Option(parsing: .upToNextOption, help: "Architectures whose products are measured: \(DecoderShape.names).")
    var shape = ["135m"]
    @Option(parsing: .upToNextOption, help: "Rows of a product, 1 to 256.") var rows = [1, 2, 4, 8, 16, 32, 64]
    @Option(parsing: .upToNextOption, help: "\(ProductCandidate.names).")
    var candidates: [ProductCandidate] = ProductCandidate.allCases
    @Option(parsing: .unconditional, help: "Megabytes of weights that are used in turn; 0 is one matrix, from cache.")
    var footprint = 0
    @Option(parsing: .unconditional, help: "Seconds that the whole may take at most.") var secondsMax = 120.0
    @Option(help: "Folder to write kernels.json, kernels.md and plots to.") var out: String?

    struct Row: Encodable {
        var shape, candidate: String
        var outputs, inputs, rows: Int
        var microseconds, gops, weightGBs: Double
        /// Shares of the core's peak, of the memory's read rate, and of the tighter of both limits.
        var peakShare, readShare, limitShare: Double
    }

    func validate() throws {
        guard rows.allSatisfy({ (1...256).contains($0) }) else { throw ValidationError("--rows must be 1 to 256") }
        guard (0...4096).contains(footprint) else { throw ValidationError("--footprint must be 0 to 4096 MB") }
        guard (1...3600).contains(secondsMax) else { throw ValidationError("--seconds-max must be 1 to 3600") }
        _ = try shape.map(DecoderShape.named)
    }

    func run() throws {
        if let out { try OutputFile.folder(out) }
        let limits = CoreLimits(), begun = MonotonicClock.now()
        var result = BenchResult<Row>("kernels", limits: limits)
        let jobs = try shape.map(DecoderShape.named).flatMap { shape in
            shape.products.flatMap { product in candidates.map { (shape.name, product, $0) } }
        }
        for (index, (name, product, candidate)) in jobs.enumerated() {
            guard Double(MonotonicClock.now().since(begun)) * 1e-9 < secondsMax else {
                BenchProgress.say("stopped after \(secondsMax) s; \(jobs.count - index) of \(jobs.count) are missing")
                break
            }
            BenchProgress.say("\(index + 1) of \(jobs.count): \(product.outputs) x \(product.inputs) \(candidate)")
            result.rows += measure(name, product, candidate, limits)
        }
        try result.publish(Self.markdown(result.rows), to: out, plots: Self.plots(result.rows))
    }

    private func measure(
        _ name: String, _ product: (outputs: Int, inputs: Int), _ candidate: ProductCandidate, _ limits: CoreLimits
    ) -> [Row] {
        let probe = ProductProbe(
            candidate, outputs: product.outputs, inputs: product.inputs, rowsMax: rows.max() ?? 1,
            footprint: footprint * 1_000_000)
        let reading = CoreLimits.readRate(bytes: probe.footprint), peak = limits.peaks[candidate.precision]!
        return rows.map { rows in
            let seconds = probe.seconds(rows: rows)
            let gops = 2e-9 * Double(rows * product.outputs * product.inputs) / seconds
            let weights = 1e-9 * Double(probe.byteCount) / seconds
            let shares = (gops / peak, weights / reading)
            return Row(
                shape: name, candidate: candidate.rawValue, outputs: product.outputs, inputs: product.inputs,
                rows: rows, microseconds: seconds * 1e6, gops: gops, weightGBs: weights, peakShare: shares.0,
                readShare: shares.1, limitShare: max(shares.0, shares.1))
        }
    }

    /// One plot per candidate: its products' shares of the limit over rows.
    static func plots(_ all: [Row]) -> [(name: String, svg: String)] {
        ProductCandidate.allCases.map(\.rawValue).compactMap { candidate in
            var series: [(label: String, points: [(x: Double, y: Double)])] = []
            for row in all where row.candidate == candidate {
                let label = "\(row.shape) \(row.outputs) x \(row.inputs)"
                if series.last?.label != label { series.append((label, [])) }
                series[series.count - 1].points.append((Double(row.rows), 100 * row.limitShare))
            }
            guard !series.isEmpty else { return nil }
            let title = "Share of the core's limit, \(candidate)"
            return ("kernels-\(candidate)", Plot.lines(title, x: "rows", y: "% of the limit", series))
        }
    }

    /// One line per product and candidate; each column has Gop/s and the share of the limit.
    private static func markdown(_ all: [Row]) -> String {
        let rows = Set(all.map(\.rows)).sorted()
        var lines = [
            "Gop/s, rounding of the rows included, and the share of the limit that holds: c of computing, r of reading the weights.",
            "", "| shape | product | candidate |" + rows.map { " \($0) |" }.joined(),
            "|---|---|---|" + rows.map { _ in "---|" }.joined(),
        ]
        var previous = ""
        for row in all {
            let head = "| \(row.shape) | \(row.outputs) x \(row.inputs) | \(row.candidate) |"
            if head != previous { lines.append(head) }
            previous = head
            let bound = row.peakShare > row.readShare ? "c" : "r"
            lines[lines.count - 1] += String(format: " %.0f (%.0f %% %@) |", row.gops, 100 * row.limitShare, bound)
        }
        return lines.joined(separator: "\n")
    }
}
