// `duet models`: describes a model directory.

internal import ArgumentParser
internal import Bench
internal import Families
internal import Foundation
internal import Kernels
internal import Service

struct Models: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show a model: its plan, sizes and card.")

    @Argument(help: "Directory of the model.") var directory = ModelPath.standard

    @Option(help: "Precision of the weights: \(Precision.names).") var weights = Precision.standard

    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.standard

    @Flag(help: "Measure what a slice costs on this machine.") var measure = false

    @Flag(help: "Measure the candidates for each product of the model, and show the choice.") var kernels = false

    func run() throws {
        let path = ModelPath.find(directory)
        let model = try ModelFamilies.load(path, weights: weights, cache: cache)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print("\(model.name)\n")
        model.summary.forEach { print("  \($0)") }
        print(String(format: "  weights %.1f MB", Double(ModelPath.weights(in: path).bytes) / 1e6))
        print("\nslice plan\n\(String(decoding: try encoder.encode(model.plan), as: UTF8.self))")
        if kernels { return KernelChoice.show(model.products) }
        if measure {
            print("\n  sessions   ms a slice   listen   decode   speak   ms a session")
            for cost in CostProbe.measure(model, rows: [1, 2, 4, 8, 16, 32], slices: 60) {
                let stages = cost.stages.map { String(format: "%6.2f", $0) }.joined(separator: "   ")
                print(
                    String(
                        format: "  %8d   %10.2f   %@   %12.2f", cost.rows, cost.milliseconds, stages,
                        cost.milliseconds / Double(cost.rows)))
            }
            return
        }
        if let card = FileManager.default.contents(atPath: path + "/README.md") {
            print("\n" + String(decoding: card, as: UTF8.self))
        }
    }
}
