// The command line: one file a subcommand.

internal import ArgumentParser
internal import Bench
internal import Foundation
internal import Kernels
internal import Service

@main
struct Duet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duet", abstract: "Full-duplex spoken conversations over websockets.", version: Service.version,
        subcommands: [Serve.self, Talk.self, Models.self, Simulate.self, Replay.self, Eval.self, Bench.self])

    static func main() {
        // Before any thread is started, so that all have it.
        Subnormals.flush()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch { end(error) }
    }

    private static func end(_ error: any Error) -> Never {
        guard let status = ExitStatus(error) else { exit(withError: error) }
        FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
        Foundation.exit(status.rawValue)
    }
}
