// `duet load`: several real-time conversations at once from one client, and what a listener would have missed.

internal import ArgumentParser
internal import Evaluation
internal import Foundation
internal import Glibc

struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold several real-time conversations at once and count gaps in what comes back.")

    @Argument(help: "WAV files that are spoken in turn, with pauses.") var inputs: [String]
    @Option(help: "Conversations at once.") var sessions = 8
    @Option(help: "Seconds.") var seconds = 60.0
    @Option(help: "Milliseconds of the listener's jitter buffer; browsers use 60 to 80.") var jitter = 60.0
    @Option(help: "Where the server is; loopback only.") var url = "ws://127.0.0.1:8998/v1/duplex"

    func validate() throws {
        guard !inputs.isEmpty else { throw ValidationError("name at least one WAV file") }
        guard (1...500).contains(sessions) else { throw ValidationError("--sessions must be 1 to 500") }
        guard (0...1000).contains(jitter) else { throw ValidationError("--jitter must be 0 to 1000 ms") }
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds must be 1 to 3600") }
        let host = URLComponents(string: url)?.host
        guard ["127.0.0.1", "localhost"].contains(host) else { throw ValidationError("--url must be on this machine") }
    }

    func run() throws {
        Glibc.signal(SIGPIPE, SIG_IGN)
        let loop = try ClipLoop(inputs.map(WAV.samples(path:)))
        let r = LoadGenerator(url: url, loop: loop, sessions: sessions, seconds: seconds, jitter: jitter / 1000).run()
        r.failures.forEach { print($0) }
        print(
            String(
                format: "%d sessions of %.0f s: %d answers to %d questions, %d gaps, the longest %.0f ms, %d failures",
                sessions, seconds, r.answers, r.clips, r.gaps.count, (r.gaps.max() ?? 0) * 1000, r.failures.count))
        func milliseconds(_ values: [Double]) -> String {
            [0.5, 0.95, 0.99].map { String(format: "%.0f", LoadResult.percentile(values, $0) * 1000) }
                .joined(separator: " / ")
        }
        print(
            "response latency \(milliseconds(r.latencies)) ms, packets late by \(milliseconds(r.lateness)) ms (p50 / p95 / p99)"
        )
        if !r.gaps.isEmpty || !r.failures.isEmpty || r.answers == 0 { throw ExitCode.failure }
    }
}
