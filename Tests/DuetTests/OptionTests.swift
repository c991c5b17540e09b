// What every command takes on its command line.

import ArgumentParser
import Testing

@testable import Bench
@testable import duet

/// A command, as far as tests of its options go.
protocol Parsable {
    static func read(_ words: [String]) throws
    static func explain(_ error: any Error) -> String
}

extension Parsable where Self: ParsableCommand {
    static func read(_ words: [String]) throws { _ = try parse(words) }
    static func explain(_ error: any Error) -> String { message(for: error) }
}

extension Talk: Parsable {}
extension Serve: Parsable {}
extension Eval: Parsable {}
extension Simulate: Parsable {}
extension Replay: Parsable {}
extension BenchSessions: Parsable {}
extension BenchOverload: Parsable {}
extension BenchSlice: Parsable {}
extension BenchKernels: Parsable {}
extension BenchDecode: Parsable {}
extension BenchCodec: Parsable {}

@Suite struct OptionTests {
    /// Every option with a number, and what else its command needs.
    private static var numbers: [(any Parsable.Type, [String], [String])] {
        [
            (Talk.self, ["x.wav"], ["tail"]),
            (
                Serve.self, [],
                [
                    "port", "workers", "sessions-max", "sessions-per-address", "phases", "budget",
                    "session-seconds-max",
                    "resume-seconds", "drain-seconds", "record-megabytes", "mind-patience", "mind-timeout",
                ]
            ),
            (Eval.self, [], ["conversations", "at-once", "recognized", "seed"]),
            (Simulate.self, [], ["seeds", "first", "seconds"]), (Replay.self, ["x.tape"], ["slot"]),
            (BenchSessions.self, ["x.wav"], ["seconds", "seconds-max", "jitter", "most", "server-cores"]),
            (BenchOverload.self, ["x.wav"], ["sessions", "workers", "seconds", "thieves"]),
            (BenchSlice.self, [], ["slices"]), (BenchKernels.self, [], ["footprint", "seconds-max"]),
            (BenchDecode.self, [], ["seconds", "seconds-max"]), (BenchCodec.self, ["x.wav"], ["seconds"]),
        ]
    }

    /// Behind an option `-6` is its value, not another option: the message is about the number.
    @Test func aNumberMayBeginWithAMinus() {
        for (command, words, names) in Self.numbers {
            for name in names {
                for option in [["--\(name)", "-6"], ["--\(name)=-6"]] {
                    let error = #expect(throws: (any Error).self, "\(option)") { try command.read(words + option) }
                    let message = error.map(command.explain) ?? ""
                    #expect(message.contains("--\(name)") && !message.contains("Missing value"), "\(message)")
                }
            }
        }
    }

    @Test func aKeyMayBeginWithAMinus() throws {
        #expect(try Talk.parse(["x.wav", "--key", "-k"]).key.text == "-k")
        #expect(try Talk.parse(["x.wav", "--key=-k"]).key.text == "-k")
        #expect(try Eval.parse(["--key", "--k"]).key.text == "--k")
    }

    @Test func commandsSayItBeforeTheyDoAnything() {
        for (words, command) in [
            (["x.wav"], Talk.self as any Parsable.Type), ([], Eval.self), (["x.wav"], BenchSessions.self),
        ] {
            let error = #expect(throws: (any Error).self) { try command.read(words + ["--url", "wss://127.0.0.1"]) }
            #expect(error.map { command.explain($0).contains("--url wss://127.0.0.1: there is no TLS here") } == true)
        }
        let error = #expect(throws: (any Error).self) {
            try BenchSessions.parse(["x.wav", "--url", "ws://127.0.0.1/realtime"])
        }
        #expect(error.map { BenchSessions.message(for: $0).contains("the native protocol is spoken") } == true)
    }
}
