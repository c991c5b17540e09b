// `duet talk`: holds a conversation with a file, without a sound card.

internal import ArgumentParser
internal import Audio
internal import Basics
internal import Callers
internal import Evaluation
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels
internal import Synchronization
internal import Wire

struct Talk: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold a conversation with a WAV file and record both sides.",
        discussion: """
            Streams the file to a server in real time. With --model there is no server and no waiting: the model runs in \
            this process on a virtual clock, as fast as the machine allows and the same every time.
            """)

    @Argument(
        help: "WAV file (16-bit PCM, any rate), or - for raw 16-bit 16-kHz mono samples on standard input, live or not."
    )
    var input: String
    @Option(help: "Where the server is.") var url = "ws://127.0.0.1:8998/v1/duplex"
    @Option(help: "Model directory to talk to in this process, instead of a server.") var model: String?
    @Option(help: "With --model, precision of the weights: \(Precision.names). The default is \(Precision.standard).")
    var weights: Precision?
    @Option(
        help:
            "With --model, precision of cached keys and values: \(Precision.names). The default is \(Precision.standard)."
    )
    var cache: Precision?
    @Option(help: "Stereo WAV to write: you left, Duet right.") var out: String?
    @Option(help: "SVG to write: who spoke when.") var timeline: String?
    @Option(help: "File to write every text message to, one JSON object a line.") var json: String?
    @Option(help: "Seconds to go on listening after the file.") var tail = 5.0
    @Option(help: "opus or pcm, at 24 kHz.") var codec = "opus"

    func validate() throws {
        guard (weights == nil && cache == nil) || model != nil else {
            throw ValidationError("--weights and --cache need --model")
        }
        guard ["opus", "pcm"].contains(codec) else { throw ValidationError("--codec must be opus or pcm") }
        guard (0...3600).contains(tail) else { throw ValidationError("--tail must be 0 to 3600 seconds") }
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let source =
            try input == "-"
            ? TalkSource(stream: .standardInput, tail: tail) : TalkSource(WAV.samples(path: input), tail: tail)
        // A file that cannot be written is found before the talk, not after it.
        for path in [out, timeline, json] { if let path { try Data().write(to: URL(fileURLWithPath: path)) } }
        let format = AudioFormat(codec: codec == "opus" ? .opus : .pcm, rate: 24_000)!
        let messages = Mutex([String]())
        let printer = TranscriptPrinter()
        let onText = { @Sendable (text: String) in
            messages.withLock { $0.append(text) }
            printer.show(text)
        }
        let partner = TalkRecorder(source, onText: onText)
        var broken: String?
        if let model {
            try VirtualTalk.run(
                ModelFamilies.load(ModelPath.find(model), weights: weights ?? .standard, cache: cache ?? .standard),
                partner: partner, format: format)
        } else {
            let session = try TalkSession(url: url, partner: partner, format: format)
            try session.run()
            broken = session.broken
        }
        let recording = partner.recording, gaps = partner.gaps
        for latency in recording.latencies {
            print(
                String(
                    format: "response latency %4.0f ms, after your speech ended at %.2f s", latency.seconds * 1000,
                    latency.end))
        }
        if !gaps.isEmpty {
            print(String(format: "%d gaps in the audio, the longest %.0f ms", gaps.count, gaps.max()! * 1000))
        }
        if let out { try recording.wav.data.write(to: URL(fileURLWithPath: out)) }
        if let timeline { try Data(Timeline(recording: recording).svg.utf8).write(to: URL(fileURLWithPath: timeline)) }
        if let json {
            try Data((messages.withLock { $0 }.joined(separator: "\n") + "\n").utf8).write(
                to: URL(fileURLWithPath: json))
        }
        if let broken {
            FileHandle.standardError.write(Data("the server ended the session: \(broken)\n".utf8))
            throw ExitCode.failure
        }
    }
}

/// Prints the transcripts as they come.
final class TranscriptPrinter: Sendable {
    func show(_ text: String) {
        guard let event = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let type = event["type"] as? String
        else { return }
        let start = (event["start_ms"] as? NSNumber ?? event["at_ms"] as? NSNumber)?.doubleValue ?? 0
        func line(_ who: String, _ what: String) { print(String(format: "%7.2f s  %@ %@", start / 1000, who, what)) }
        switch type {
        case "session.started":
            let session = event["session"] as? [String: Any]
            print("session \(session?["id"] ?? "?") with \(session?["model"] ?? "?")")
        case "session.input_transcript.done": line("you :", event["text"] as? String ?? "")
        case "session.output_transcript.done":
            line(
                "duet:", (event["text"] as? String ?? "") + (event["interrupted"] as? Bool == true ? " … (yields)" : "")
            )
        case "error", "info", "client.error": print(text)
        default: break
        }
    }
}
