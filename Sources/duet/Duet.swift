// The command line: one file a subcommand.

internal import ArgumentParser
internal import Bench
internal import Callers
internal import Evaluation
internal import Foundation
internal import Kernels
internal import Service
internal import Sockets
internal import Transformer

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

/// What a command's exit code says, after sysexits(3): docs/operations.md has the table.
enum ExitStatus: Int32 {
    /// It ran, and what came out is not what it should be: a limit, a promise or a replay was broken, a session ended early.
    case failed = 1
    /// The command line is wrong.
    case usage = 64
    /// An input file is missing, or is not what it should be.
    case input = 66
    /// A server is out of reach or refuses; an address, memory or a program that is needed is not to be had.
    case unavailable = 69
    /// An output cannot be written.
    case output = 73

    /// What `error` ends with. Nil where ArgumentParser knows it: the command line, and codes that a command chose.
    init?(_ error: any Error) {
        switch error {
        case let error as CommandError:
            switch error.kind {
            case .input: self = .input
            case .output: self = .output
            case .unavailable: self = .unavailable
            }
        case is WAVError, is ScriptError, is ModelError: self = .input
        case is WebSocketError, is ServerError, is VoiceError: self = .unavailable
        default: return nil
        }
    }
}
