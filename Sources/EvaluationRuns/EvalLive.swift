// Runs the conversations of an evaluation with a server, in real time.

internal import Audio
internal import Basics
internal import Callers
public import Evaluation
internal import Foundation
internal import Synchronization
internal import Wire

/// Runs scripted conversations over websockets, with the same callers and judge as on the virtual clock.
public struct EvalLive: Sendable {
    private let url: String
    /// The server's key, if it needs one.
    private let key: String?
    private let atOnce: Int
    private let studio: Studio
    /// Receives the number of finished conversations and the total.
    private let onProgress: @Sendable (Int, Int) -> Void

    public init(
        url: String, key: String? = nil, atOnce: Int, studio: Studio,
        onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        (self.url, self.key, self.atOnce, self.studio, self.onProgress) = (url, key, atOnce, studio, onProgress)
    }

    /// Returns the outcomes in the order of `jobs`.
    public func run(_ jobs: [Job]) throws -> [Outcome] {
        try checkServer()
        // Synthesize all clips beforehand: a synthesizer would delay conversations. Errors reappear when the conversation begins.
        Parallel.run(count: jobs.count, threads: System.coreCount) { _ = try? studio.caller(jobs[$0].scene) }
        let results = Mutex([Outcome?](repeating: nil, count: jobs.count)), next = Atomic<Int>(0)
        let finished = DispatchGroup()
        // One thread per conversation: they mostly wait.
        for _ in 0..<min(atOnce, jobs.count) {
            finished.enter()
            Thread {
                while case let index = next.add(1, ordering: .relaxed).oldValue, index < jobs.count {
                    let outcome = Outcome(jobs[index], talk(jobs[index].scene))
                    let done = results.withLock { all in
                        all[index] = outcome
                        return all.count { $0 != nil }
                    }
                    onProgress(done, jobs.count)
                }
                finished.leave()
            }.start()
        }
        finished.wait()
        return results.withLock { $0.map { $0! } }
    }

    /// Finds an unreachable server before the first conversation.
    private func checkServer() throws {
        do { try WebSocketClient(url, key: key).close() } catch {
            throw CommandError(.unavailable, error.told(hasKey: key != nil))
        }
    }

    private func talk(_ scene: Scene) -> TalkLog {
        do {
            let partner = EvalPartner(try studio.caller(scene))
            let session = try TalkSession(url: url, key: key, partner: partner, format: EvalPartner.format)
            try session.run()
            return partner.log(broken: session.broken)
        } catch let error as WebSocketError {
            return TalkLog(failure: error.told(hasKey: key != nil))
        } catch { return TalkLog(failure: "\(error)") }
    }
}
