// `duet talk`: holds a conversation with an audio file, without a sound card.

internal import ArgumentParser
internal import Audio
internal import Basics
internal import Bench
internal import Callers
internal import Dialogue
internal import Evaluation
internal import EvaluationRuns
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels
internal import Minds

struct Talk: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold a conversation with a WAV file, or a scripted one, and record both sides.",
        discussion: """
            Streams the file to a server in real time. A JSON file of conversations, as for `duet eval`, is the first of them: its \
            caller listens, and speaks when the script says so. With --model there is no server and no waiting: the model runs in \
            this process on a virtual clock, as fast as the machine allows and the same every time.
            """)

    @Argument(
        help:
            "WAV file (16-bit PCM, any rate), JSON file of a conversation, or - for raw 16-bit 16-kHz mono samples on standard input, live or not."
    )
    var input: String
    @Option(
        help: "Where the server is: ws://host:port. A path says which protocol is spoken; without one it is Duet's own."
    )
    var url = "ws://127.0.0.1:8998/v1/duplex"
    @OptionGroup var key: ServerKey
    @OptionGroup var mindOptions: MindOptions
    @OptionGroup var backChannels: BackChannelOptions
    @Option(help: "Model directory to talk to in this process, instead of a server.") var model: String?
    @Option(help: "With --model, precision of the weights: \(Precision.names). The default is \(Precision.standard).")
    var weights: Precision?
    @Option(
        help:
            "With --model, precision of cached keys and values: \(Precision.cacheNames). The default is \(Precision.standard).",
        transform: Precision.forCaches)
    var cache: Precision?
    @Option(help: "Stereo WAV to write: you left, Duet right.") var out: String?
    @Option(help: "SVG to write: who spoke when.") var timeline: String?
    @Option(help: "File to write every text message to, one JSON object a line.") var json: String?
    @Option(parsing: .unconditional, help: "Seconds to go on listening after the file, 0 to 3600.") var tail = 5.0
    @Option(help: "Folder of the recordings that a scripted conversation names.") var recordings = ".weights"
    @Option(help: "opus or pcm, at 24 kHz.") var codec = "opus"

    func validate() throws {
        guard (weights == nil && cache == nil) || model != nil else {
            throw ValidationError("--weights and --cache need --model")
        }
        guard mindOptions.mind == nil || model != nil else { throw ValidationError("--mind needs --model") }
        guard backChannels.phrases.isEmpty || model != nil else {
            throw ValidationError("--back-channels needs --model")
        }
        guard ["opus", "pcm"].contains(codec) else { throw ValidationError("--codec must be opus or pcm") }
        guard (0...3600).contains(tail) else { throw ValidationError("--tail must be 0 to 3600 seconds") }
        do { _ = try ServerURL(url) } catch { throw ValidationError("--url \(error)") }
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let voice = try voice()
        // Find an unwritable file before the talk, not after.
        let outputs = [out, timeline, json].compactMap { $0 }
        try OutputFile.checkDistinct(outputs, input: input == "-" ? nil : input)
        for path in outputs { try OutputFile.check(path) }
        let recorder = TalkRecorder(voice), screen = TalkScreen(recorder)
        let interruption = StopSignal(screen.stop)
        let broken = try hold(screen)
        screen.end(listener: model == nil ? "server" : "model")
        Self.show(recorder)
        try write(recorder.recording, screen.messages)
        if let broken {
            FileHandle.standardError.write(Data("\(broken)\n".utf8))
            throw ExitCode.failure
        }
        // The shell's convention for signals.
        if let signal = interruption.signal { throw ExitCode(128 + signal) }
    }

    private func voice() throws -> any TalkVoice {
        guard input != "-" else { return TalkSource(stream: .standardInput, tail: tail) }
        guard input.hasSuffix(".json") else { return TalkSource(try WAV.samples(path: input), tail: tail) }
        let suites = try Script(path: input).suites
        guard let scene = Suite.allCases.lazy.compactMap({ suites[$0]?.first }).first else {
            throw ValidationError("\(input) has no conversation")
        }
        let studio = try Studio(voices: Voices(), recordings: Recordings(folder: recordings), seed: 1)
        return TalkScene(try studio.caller(scene))
    }

    /// Why the session ended early, in one sentence; nil if it did not. Throws if it never began.
    private func hold(_ partner: any TalkPartner) throws -> String? {
        let format = AudioFormat(codec: codec == "opus" ? .opus : .pcm, rate: 24_000)!
        if let model {
            let loaded = try ModelFamilies.load(
                ModelPath.find(model), weights: weights ?? .standard, cache: cache ?? .standard)
            let mind = try mindOptions.virtual(sessionsMax: 1, needsMind: loaded.needsMind)
            var limits = Limits()
            limits.mind = mind?.rules
            limits.backChannels = backChannels.phrases
            try VirtualTalk.run(loaded, limits: limits, partner: partner, format: format) { worker in
                if let mind { VirtualMind(mind.mind.stepped()).serve(worker) }
            }
            return nil
        }
        let session: TalkSession
        do {
            session = try TalkSession(
                url: ServerURL(url).description, key: key.text, partner: partner, format: format)
        } catch let error as WebSocketError {
            throw CommandError(.unavailable, error.told(hasKey: key.text != nil))
        }
        do { try session.run() } catch let error as WebSocketError { return "\(error)" }
        return session.broken.map { "the server ended the session: \($0)" }
    }

    private static func show(_ recorder: TalkRecorder) {
        for latency in recorder.recording.latencies {
            print(
                String(
                    format: "response latency %4.0f ms, after your speech ended at %.2f s", latency.seconds * 1000,
                    latency.end))
        }
        let gaps = recorder.gaps
        if let longest = gaps.max() {
            print(
                String(
                    format: "%d %@ in the audio, the longest %.0f ms, after a jitter buffer of %.0f ms", gaps.count,
                    gaps.count == 1 ? "gap" : "gaps", longest * 1000, TalkRecorder.jitterSeconds * 1000))
        }
    }

    private func write(_ recording: Recording, _ messages: [String]) throws {
        if let out { try OutputFile.write(recording.wav.data, to: out) }
        if let timeline { try OutputFile.write(Data(Timeline(recording: recording).svg.utf8), to: timeline) }
        if let json { try OutputFile.write(Data(messages.map { $0 + "\n" }.joined().utf8), to: json) }
    }
}
