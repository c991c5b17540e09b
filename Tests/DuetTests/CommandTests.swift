// The program itself, as a person at a terminal meets it: what it prints, and its exit codes (docs/operations.md).

import DuetTesting
import Evaluation
import Foundation
import Service
import Testing

@testable import Sockets
@testable import duet

@Suite(.serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: Command.program))) struct CommandTests {
    private static let question = Tools.root + "/docs/question.wav"

    @Test(arguments: Wrong.all)
    func whatIsWrongIsOneSentenceAndACode(_ wrong: Wrong) throws {
        let (status, output, errors) = try Command.run(wrong.words), code = wrong.code
        #expect(status == code && errors.hasPrefix(wrong.says) && output.isEmpty, "\(status) \(errors)")
        // A wrong command line is followed by its usage.
        if code != 64 { #expect(errors.split(separator: "\n").count == 1, "\(errors)") }
        #expect(!errors.contains("NSCocoaErrorDomain") && !errors.contains("Domain="))
    }

    @Test func helpVersionAndSuccessAreZero() throws {
        #expect(try Command.run(["--help"]).status == 0 && Command.run(["--version"]).output == "\(Service.version)\n")
        #expect(try Command.run(["simulate", "--seeds", "1", "--seconds", "1"]).status == 0)
    }

    @Test(.timeLimit(.minutes(1))) func aPortThatIsTakenIsFoundBeforeTheModelIsLoaded() throws {
        let listener = try Listener(SocketAddress("127.0.0.1", port: 0)!)
        defer { close(listener.socket) }
        for more in [[], ["--check"]] {
            let (status, _, errors) = try Command.run(["serve", "--port", "\(listener.address.port)"] + more)
            #expect(
                status == 69 && errors == "Error: cannot listen on \(listener.address): the port is taken\n",
                "\(errors)")
        }
    }

    @Test(.timeLimit(.minutes(2))) func aCheckSaysWhatWouldRun() throws {
        let (status, output, _) = try Command.run(
            ["serve", "--check", "--port", "0", "--workers", "2", "--sessions-max", "3"],
            environment: ["DUET_API_KEY": "k"])
        #expect(status == 0)
        for part in [
            "address   127.0.0.1:0\n", "model     duet-mini, weights int8, cache int8\n", "workers   2\n",
            "sessions  3 at most\n", " for 4 sessions of ", "keys      wanted; 1 is valid\n",
        ] { #expect(output.contains(part), "\(part) is not in\n\(output)") }
    }

    /// A running server may be writing there.
    @Test(.timeLimit(.minutes(2))) func aCheckWritesNothing() throws {
        let folder = Tools.folder + "/checked"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("before\n".utf8).write(to: URL(fileURLWithPath: folder + "/there.log"))
        for name in ["there.log", "new.log"] {
            let (status, output, _) = try Command.run([
                "serve", "--check", "--port", "0", "--sessions-max", "1", "--workers", "1", "--log",
                "\(folder)/\(name)", "--record", folder, "--host", "127.0.0.1", "--host", "127.0.0.1",
            ])
            #expect(status == 0 && output.contains("address   127.0.0.1:0\n") && output.contains(" for 1 session of "))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["there.log"])
        #expect(try String(contentsOfFile: folder + "/there.log", encoding: .utf8) == "before\n")
    }

    @Test(.timeLimit(.minutes(1))) func aTalkThatIsTooShortShowsTheUnfinishedAnswer() throws {
        // On a virtual clock, so that it ends in the middle of the answer every time.
        let (status, output, _) = try Command.run(
            ["talk", Self.question, "--model", "Models/duet-mini", "--tail", "0.9"])
        #expect(status == 0 && output.contains("you : what day comes after monday\n"), "\(output)")
        #expect(output.contains("duet: tuesday") && output.contains(" … (unfinished)\n"), "\(output)")
    }

    @Test(.timeLimit(.minutes(1))) func aTalkSaysWhereNothingWasHeard() throws {
        let service = try OpenService(), wav = Tools.folder + "/quiet.wav"
        try WAV(rate: 16_000, channels: [[Float](repeating: 0, count: 8000)]).data.write(to: URL(fileURLWithPath: wav))
        let quiet = try Command.run(["talk", wav, "--url", "127.0.0.1:\(service.port)", "--tail", "0"])
        #expect(quiet.status == 0 && quiet.errors.isEmpty)
        #expect(quiet.output.hasSuffix("\nthe server heard no words: what was sent is silence\n"), "\(quiet.output)")
        // A tone is heard, and is no word.
        let tone = (0..<8000).map { 0.3 * sinf(Float($0) * 0.17) }
        try WAV(rate: 16_000, channels: [tone]).data.write(to: URL(fileURLWithPath: wav))
        let (status, output, _) = try Command.run(["talk", wav, "--model", "Models/duet-mini", "--tail", "1"])
        #expect(status == 0 && output.hasSuffix("\nthe model heard no words in what was sent\n"), "\(output)")
    }

    @Test(.timeLimit(.minutes(1))) func aTalkThatIsInterruptedWritesWhatThereIs() throws {
        let service = try OpenService(), out = Tools.folder + "/interrupted.wav"
        let talk = try Command(["talk", Self.question, "--url", service.url, "--tail", "60", "--out", out])
        #expect(service.becomes("duet_sessions_active", 1))
        usleep(500_000)
        talk.process.interrupt()
        let (status, _, errors) = talk.end()
        #expect(status == 130 && errors.isEmpty, "\(errors)")
        #expect(try WAV(path: out).channels[0].count >= 4_000)
    }

    @Test(.timeLimit(.minutes(1))) func aTalkThatTheServerEndsFails() throws {
        var service: OpenService? = try OpenService()
        let talk = try Command(["talk", Self.question, "--url", service!.url, "--tail", "60"])
        #expect(service!.becomes("duet_sessions_active", 1))
        service = nil
        let (status, _, errors) = talk.end()
        #expect(status == 1 && errors.hasPrefix("the server ended the session: 1001"), "\(errors)")
    }
}

/// A command that cannot work, its exit code, and how what it says begins.
struct Wrong: Sendable {
    let words: [String], code: Int32, says: String

    init(_ words: [String], _ code: Int32, _ says: String) { (self.words, self.code, self.says) = (words, code, says) }

    private static let question = Tools.root + "/docs/question.wav"

    static let all: [Wrong] = [
        .init(["talk", "/nonexistent.wav"], 66, "Error: there is no file /nonexistent.wav"),
        .init(["talk", "/proc"], 66, "Error: /proc is a folder, not a file"),
        .init(["replay", "/nonexistent"], 66, "Error: there is no file /nonexistent"),
        .init(["eval", "--script", "/nonexistent"], 66, "Error: /nonexistent cannot be read"),
        .init(["models", "/nonexistent"], 66, "Error: /nonexistent/config.json is missing"),
        .init(["bench", "codec", "/nonexistent"], 66, "Error: there is no file /nonexistent"),
        .init(["serve", "--keys", "/nonexistent", "--port", "0"], 66, "Error: --keys: there is no file /nonexistent"),
        .init(
            ["serve", "--page", "/nonexistent", "--port", "0"], 66, "Error: --page: there is no page in /nonexistent"),
        .init(["serve", "--keys", "/proc", "--port", "0"], 66, "Error: --keys: /proc is a folder, not a file"),
        .init(
            ["serve", "--log", "/nonexistent/l", "--port", "0"], 73, "Error: --log cannot be written: /nonexistent/l"),
        .init(
            ["serve", "--log", "/nonexistent/l", "--port", "0", "--check"], 73,
            "Error: --log cannot be written: /nonexistent/l"),
        .init(
            ["serve", "--record", "/nonexistent", "--port", "0"], 73,
            "Error: --record must be a folder that exists; /nonexistent is none"),
        .init(["serve", "--record", "/proc", "--port", "0"], 73, "Error: cannot write /proc/duet-"),
        .init(
            ["serve", "--allow-origin", "app.example"], 64,
            "Error: --allow-origin app.example is no origin: write https://app.example"),
        .init(
            ["serve", "--allow-host", "https://x.example:1"], 64,
            "Error: --allow-host https://x.example:1 is no name: write x.example"),
        .init(["serve", "--model", "/nonexistent", "--port", "0"], 66, "Error: /nonexistent/config.json is missing"),
        .init(
            ["talk", question, "--out", "/nonexistent/x.wav"], 73,
            "Error: cannot write /nonexistent/x.wav: there is no folder"
        ),
        .init(["talk", question, "--json", "/proc"], 73, "Error: cannot write /proc: it is a folder"),
        .init(["eval", "--out", "/proc/x"], 73, "Error: cannot make the folder /proc/x"),
        .init(["bench", "slice", "--out", "/proc/x"], 73, "Error: cannot make the folder /proc/x"),
        .init(
            ["talk", question, "--url", "ws://127.0.0.1:1"], 69,
            "Error: no connection to 127.0.0.1:1: connection refused"
        ),
        .init(
            ["serve", "--host", "192.0.2.1"], 69,
            "Error: cannot listen on 192.0.2.1:8998: the address is not ours"
        ),
        .init(["talk"], 64, "Error: Missing expected argument '<input>'"),
        .init(
            ["talk", question, "--url", "http://127.0.0.1"], 64, "Error: --url http://127.0.0.1: the scheme must be ws"),
        .init(
            ["serve", "--mind", "/nonexistent.gguf", "--port", "0"], 66,
            "Error: --mind: there is no file /nonexistent.gguf"),
        .init(["serve", "--mind", "http://x/v1"], 64, "Error: --mind: A remote mind needs the name of its model"),
        .init(
            ["serve", "--mind", "ftp://x", "--mind-model", "m"], 64, "Error: --mind: A remote mind's address begins"),
        .init(["serve", "--mind-model", "m"], 64, "Error: --mind-model and --mind-speculates need --mind with a URL"),
        .init(
            ["serve", "--mind", "http://127.0.0.1:1/v1", "--mind-model", "m", "--mind-instructions", "be kind"], 64,
            "Error: --mind-instructions is for a mind in this process"),
        .init(["serve", "--mind-timeout", "1499"], 64, "Error: --mind-timeout must be from --mind-patience to 600000"),
        .init(["serve", "--back-channels", "|"], 64, "Error: --back-channels has no phrase"),
        .init(["talk", question, "--back-channels", "yes"], 64, "Error: --back-channels needs --model"),
        .init(["chat", "--mind", "none"], 64, "Error: duet chat needs a mind"),
        .init(["serve", "--port", "-1"], 64, "Error: --port must be 0 to 65535"),
        .init(["talk", question, "--nonsense"], 64, "Error: Unknown option '--nonsense'"),
    ]
}

/// The built program.
struct Command {
    /// The build puts it beside the tests.
    static let program =
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .path + "/duet"

    let process = Process()
    private let output = Pipe(), errors = Pipe()

    init(_ words: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = words
        let inherited = ProcessInfo.processInfo.environment.filter { $0.key != "DUET_API_KEY" }
        process.environment = inherited.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: Tools.root)
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
    }

    /// What it leaves. It prints less than a pipe holds.
    func end() -> (status: Int32, output: String, errors: String) {
        process.waitUntilExit()
        let texts = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        return (process.terminationStatus, texts[0], texts[1])
    }

    static func run(_ words: [String], environment: [String: String] = [:]) throws -> (
        status: Int32, output: String, errors: String
    ) { try Command(words, environment: environment).end() }
}
