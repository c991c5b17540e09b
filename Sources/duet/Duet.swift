// The command line: one file per subcommand.

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
        subcommands: [
            Serve.self, Chat.self, Talk.self, Say.self, Hear.self, Models.self, Simulate.self, Replay.self, Eval.self,
            Bench.self,
        ])

    static func main() {
        // Set before any thread starts: threads inherit the mode.
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

/// Exit codes, after sysexits(3): docs/operations.md has the table.
enum ExitStatus: Int32 {
    /// The command ran but the result is bad: a broken limit, a failed check or replay, a session that ended early.
    case failed = 1
    /// The command line is wrong.
    case usage = 64
    /// An input file is missing or invalid.
    case input = 66
    /// A server is unreachable or refuses; or an address, memory or a program is not available.
    case unavailable = 69
    /// An output cannot be written.
    case output = 73

    /// The exit code for `error`. Nil if ArgumentParser handles it: usage errors, and codes that a command chose.
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
