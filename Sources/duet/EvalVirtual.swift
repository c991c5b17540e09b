// Conversations of an evaluation with the model in this process: several on one engine, one engine a thread at a time.

internal import Basics
internal import Dialogue
internal import Evaluation
internal import Families
internal import Foundation
internal import Synchronization
internal import Wire

/// Holds scripted conversations on virtual clocks. Which ones share an engine depends on the script alone, so that the result is
/// the same whatever the number of threads.
struct EvalVirtual {
    /// A slice of 8 costs 1.2 ms a session, of 16 not much less (docs/benchmarks.md); fewer leave no core without work at the end.
    static let conversationsPerEngine = 8

    let model: any LoadedModel
    let studio: Studio
    var threads = System.coreCount
    /// Told how many conversations are over and how many there are.
    var onProgress: @Sendable (Int, Int) -> Void = { _, _ in }

    /// What came of each scene, in their order.
    func run(_ scenes: [Scene]) -> [TalkLog] {
        // Of like length together, so that none waits alone for another; the longest first.
        let order = scenes.indices.sorted { (-scenes[$0].secondsEstimate, $0) < (-scenes[$1].secondsEstimate, $1) }
        let groups = stride(from: 0, to: order.count, by: Self.conversationsPerEngine).map {
            Array(order[$0..<min(order.count, $0 + Self.conversationsPerEngine)])
        }
        let results = Mutex([TalkLog?](repeating: nil, count: scenes.count))
        Parallel.run(count: groups.count, threads: threads) { index in
            let logs = group(groups[index].map { scenes[$0] })
            let done = results.withLock { all in
                for (place, log) in zip(groups[index], logs) { all[place] = log }
                return all.count { $0 != nil }
            }
            onProgress(done, scenes.count)
        }
        return results.withLock { $0.map { $0! } }
    }

    /// Conversations that begin together on one engine.
    private func group(_ scenes: [Scene]) -> [TalkLog] {
        do {
            var limits = Limits()
            // All rows in one step.
            limits.phases = 1
            let server = try VirtualServer(model: model, slots: scenes.count, limits: limits)
            // As late in the slice as a session finds itself on a server with four phases: 20 ms from its first slice to a step.
            server.advance(to: Instant.zero.advanced(milliseconds: Int64(model.plan.clock.slice_ms) - 20))
            var talks = try scenes.map { try EvalTalk(studio.caller($0), session: server.open()!) }
            var packets = 0
            let start = server.now
            while talks.contains(where: { !$0.isOver }) {
                for i in talks.indices { try talks[i].speak() }
                packets += 1
                server.advance(to: start.advanced(milliseconds: Int64(packets) * 20))
                for i in talks.indices { try talks[i].send() }
            }
            return talks.map(\.log)
        } catch {
            return scenes.map { _ in
                var log = TalkLog()
                log.failure = "\(error)"
                return log
            }
        }
    }
}

/// One caller and its session.
private struct EvalTalk {
    private var caller: Caller
    private let session: VirtualSession
    private let encoder: AudioEncoder
    private let decoder: AudioDecoder
    /// What is being said; it is sent when its last sample has been spoken.
    private var packet: [Float]?
    private(set) var isOver = false

    init(_ caller: Caller, session: VirtualSession) throws {
        (self.caller, self.session) = (caller, session)
        encoder = try AudioEncoder(Eval.format)
        decoder = try AudioDecoder(Eval.format)
        session.send(text: TalkSession.start(Eval.format))
    }

    var log: TalkLog { caller.result }

    mutating func speak() throws {
        guard !isOver else { return }
        hear()
        packet = try caller.packet(at: session.seconds)
        if packet == nil { end() }
    }

    mutating func send() throws {
        guard let packet else { return }
        for message in try encoder.encode(packet) { session.send(binary: message) }
    }

    private mutating func end() {
        session.send(text: TalkSession.close)
        isOver = true
    }

    private mutating func hear() {
        for (message, seconds) in session.receive() {
            switch message {
            case .text(let text): caller.text(text, at: seconds)
            case .binary(let bytes): if let pcm = decoder.decode(bytes) { caller.heard(pcm, at: seconds) }
            case .close(_, let reason): caller.failed("the session ended: \(reason)")
            }
        }
    }
}
