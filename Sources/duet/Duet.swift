// The command line: one file a subcommand.

internal import ArgumentParser
internal import Kernels

@main
struct Duet: ParsableCommand {
    static let version = "0.1.0"
    static let configuration = CommandConfiguration(
        commandName: "duet", abstract: "Full-duplex spoken conversations over websockets.", version: version,
        subcommands: [Serve.self, Talk.self, Models.self, Simulate.self, Replay.self, Eval.self, Bench.self])

    static func main() {
        // Before any thread is started, so that all have it.
        Subnormals.flush()
        main(nil)
    }
}
