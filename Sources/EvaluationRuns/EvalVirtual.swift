// Runs the conversations of an evaluation with the model in this process: several per engine, one engine per thread.

internal import Audio
public import Basics
internal import Callers
public import Dialogue
public import Evaluation
public import Families
internal import Foundation
public import Minds
internal import Simulation
internal import Synchronization
public import Wire

/// Runs scripted conversations on virtual clocks. The script alone decides which ones share an engine, so the result does not
/// depend on the number of threads.
public struct EvalVirtual: Sendable {
    /// A slice of 8 costs 1.2 ms per session, of 16 not much less (docs/benchmarks.md); smaller groups keep the last cores busy.
    public static let conversationsPerEngine = 8

    private let model: any LoadedModel
    private let studio: Studio
    /// The protocol to speak.
    private let entry: WireProtocols.Entry
    private let threads: Int
    /// Answers in the conversations, by its rules; nil for the model itself.
    private let mind: (mind: EmbeddedMind, rules: MindRules)?
    /// Receives the number of finished conversations and the total.
    private let onProgress: @Sendable (Int, Int) -> Void

    public init(
        model: any LoadedModel, studio: Studio, entry: WireProtocols.Entry = WireProtocols.all[0],
        mind: (mind: EmbeddedMind, rules: MindRules)? = nil, threads: Int = System.coreCount,
        onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) {
        (self.model, self.studio, self.entry) = (model, studio, entry)
        (self.mind, self.threads, self.onProgress) = (mind, threads, onProgress)
    }

    /// Returns the outcomes in the order of `jobs`.
    public func run(_ jobs: [Job]) -> [Outcome] {
        let scenes = jobs.map(\.scene)
        // Group conversations of similar length, so that none runs on alone; the longest come first.
        let order = scenes.indices.sorted { (-scenes[$0].secondsEstimate, $0) < (-scenes[$1].secondsEstimate, $1) }
        let groups = stride(from: 0, to: order.count, by: Self.conversationsPerEngine).map {
            Array(order[$0..<min(order.count, $0 + Self.conversationsPerEngine)])
        }
        let results = Mutex([Outcome?](repeating: nil, count: jobs.count))
        Parallel.run(count: groups.count, threads: threads) { index in
            let logs = group(groups[index].map { scenes[$0] })
            let outcomes = zip(groups[index], logs).map { Outcome(jobs[$0], $1) }
            let done = results.withLock { all in
                for (place, outcome) in zip(groups[index], outcomes) { all[place] = outcome }
                return all.count { $0 != nil }
            }
            onProgress(done, scenes.count)
        }
        return results.withLock { $0.map { $0! } }
    }

    /// Runs conversations that begin together on one engine. One that cannot begin does not affect the others.
    private func group(_ scenes: [Scene]) -> [TalkLog] {
        let partners = scenes.map { scene in Result { EvalPartner(try studio.caller(scene)) } }
        // Callers that failed are reported below.
        let broken = Result { try hold(partners.compactMap { try? $0.get() }) }
        var next = 0
        return partners.map { partner in
            do {
                let log = try partner.get().log(broken: broken.get()[next])
                next += 1
                return log
            } catch { return TalkLog(failure: "\(error)") }
        }
    }

    /// Returns why the server ended each session, nil if it did not.
    private func hold(_ partners: [EvalPartner]) throws -> [String?] {
        var limits = Limits()
        // All rows in one step.
        limits.phases = 1
        limits.mind = mind?.rules
        let server = try VirtualWorker(loaded: model, slots: max(1, partners.count), limits: limits)
        let virtualMind = mind.map { VirtualMind($0.mind.stepped()) }
        virtualMind?.serve(server)
        // Start as late in the slice as on a server with four phases: 20 ms before a session's first step.
        server.advance(to: Instant.zero.advanced(milliseconds: Int64(model.plan.clock.slice_ms) - 20))
        var talks = try partners.map { try VirtualTalk(server.open(entry)!, partner: $0, format: EvalPartner.format) }
        try VirtualTalk.run(&talks, on: server)
        return talks.map(\.broken)
    }
}
