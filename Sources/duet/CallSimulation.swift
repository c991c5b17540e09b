// Callers of real protocols on a virtual clock, from a seed: the protocols, the engine and the outbox as a server has them.

internal import Basics
internal import Dialogue
internal import Families
internal import Kernels
internal import Simulation
internal import Wire

/// Many more callers than slots, who talk, flood, stall, read slowly, make mischief and are gone.
struct CallSimulation {
    /// The model without weights.
    private struct Loaded: LoadedModel {
        let name = "simulated"
        let plan = FakeModel.standardPlan
        let summary: [String] = []
        let products: [ProductShape] = []
        let bytesPerSession = 0
        func instance(slots: Int) -> any Model { FakeModel(slots: slots, hearsExactly: false) }
    }

    private let server: VirtualServer
    private var random: Random
    private let slots: Int, knocksOneIn: Int
    private var calls: [SimulatedCall] = []
    private(set) var report = SimulationReport()
    private var paths: [WireProtocols.Entry]

    /// The same seed gives the same run in any process.
    static func run(seed: UInt64, seconds: Double) throws -> SimulationReport {
        var simulation = try CallSimulation(seed: seed)
        return try simulation.live(seconds)
    }

    private init(seed: UInt64) throws {
        random = Random(seed: seed)
        slots = [1, 3, 8][random.below(3)]
        knocksOneIn = [5, 20][random.below(2)]
        var limits = Limits()
        limits.phases = [1, 2, 4][random.below(3)]
        server = try VirtualServer(model: Loaded(), slots: slots, limits: limits)
        paths = WireProtocols.all.filter { ["duet", "live", "realtime", "moshi"].contains($0.name) }
        report.options = "calls: slots \(slots) phases \(limits.phases) knocks 1:\(knocksOneIn)"
    }

    private mutating func live(_ seconds: Double) throws -> SimulationReport {
        for packet in 1...Int(seconds * 50) {
            if random.below(knocksOneIn) == 0 { arrive() }
            server.advance(to: Instant(nanoseconds: Int64(packet) * 20_000_000))
            for i in calls.indices { try calls[i].turn() }
            for i in calls.indices.reversed() where calls[i].isOver { depart(i) }
        }
        for i in calls.indices.reversed() { depart(i) }
        server.advance(to: server.now.advanced(milliseconds: 1000))
        if server.sessionCount > 0 { report.violations.append("\(server.sessionCount) slots are never free") }
        return report
    }

    private mutating func arrive() {
        guard let session = server.open(paths[random.below(paths.count)]) else { return report.refused += 1 }
        calls.append(SimulatedCall(session, number: report.sessions, random: Random(seed: random.next())))
        report.sessions += 1
    }

    private mutating func depart(_ index: Int) {
        let call = calls.remove(at: index)
        call.session.send(.close(code: 1000, reason: ""))
        report.sessionSeconds += call.session.seconds
        report.violations += call.violations
        report.fingerprint.add(call.fingerprint.value)
    }
}
