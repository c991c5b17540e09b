// `duet load`: several real-time conversations at once from one client, and what a listener would have missed.

internal import ArgumentParser
internal import Basics
internal import Evaluation
internal import Foundation
internal import Glibc
internal import Synchronization
internal import Wire

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
        let clips = try inputs.map(WAV.samples(path:))
        let results = Mutex((gaps: [Double](), answers: 0, failures: [String](), finished: 0))
        let threads = (0..<sessions).map { index in
            Thread {
                do {
                    Thread.sleep(forTimeInterval: Double(index) * 0.037)
                    let answers = Atomic<Int>(0)
                    let partner = TalkRecorder(TalkSource(signal(clips, index)), jitterSeconds: jitter / 1000) {
                        if $0.contains("session.output_transcript.done") { answers.add(1, ordering: .relaxed) }
                    }
                    let format = AudioFormat(codec: .opus, rate: 24_000)!
                    try TalkSession(url: url, partner: partner, format: format).run()
                    let gaps = partner.gaps
                    results.withLock {
                        $0.gaps += gaps
                        $0.answers += answers.load(ordering: .relaxed)
                    }
                } catch { results.withLock { $0.failures.append("session \(index): \(error)") } }
                results.withLock { $0.finished += 1 }
            }
        }
        threads.forEach { $0.start() }
        while results.withLock({ $0.finished }) < sessions { Thread.sleep(forTimeInterval: 0.2) }
        let r = results.withLock { $0 }
        r.failures.forEach { print($0) }
        print(
            String(
                format: "%d sessions of %.0f s: %d answers, %d gaps, the longest %.0f ms, %d failures", sessions,
                seconds, r.answers, r.gaps.count, (r.gaps.max() ?? 0) * 1000, r.failures.count))
        if !r.gaps.isEmpty || !r.failures.isEmpty || r.answers == 0 { throw ExitCode.failure }
    }

    /// The clips in turn from the `index`th on, each followed by 4 s of silence, `seconds` in all.
    private func signal(_ clips: [[Float]], _ index: Int) -> [Float] {
        var out = [Float](repeating: 0, count: 8000), next = index
        let count = Int(seconds * Double(SampleTime.rate))
        while out.count < count {
            out += clips[next % clips.count] + Array(repeating: 0, count: 4 * SampleTime.rate)
            next += 1
        }
        return Array(out.prefix(count))
    }
}
