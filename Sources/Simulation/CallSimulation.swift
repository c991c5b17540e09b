// Callers of real protocols on a virtual clock, from a seed, as on a server.

internal import Basics
internal import Dialogue
internal import Switchboard
internal import Wire

/// Many more callers than slots: they talk, flood, stall, read slowly, make mischief, lose their connection and disappear. A
/// server drains and stops, and another takes its place.
public struct CallSimulation {
    private var worker: VirtualWorker
    private var random: Random
    private let clock: SliceClock, slots: Int, knocksOneIn: Int, limits: Limits, rules: Switchboard.Rules
    private let mistake: FakeModel.Mistake
    private var mind: SharedMind
    /// When the server begins to drain, in packets of 20 ms, and how many packets later it stops; nil if it never drains.
    private let drainsAt: Int?, drainPackets: Int
    private let paths = WireProtocols.all.filter { ["duet", "live", "realtime", "moshi"].contains($0.name) }
    private var calls: [SimulatedCall] = []
    private var report = SimulationReport()

    /// The same seed gives the same run in any process.
    public static func run(
        seed: UInt64, seconds: Double, mistake: FakeModel.Mistake = .none
    ) throws -> SimulationReport {
        var simulation = try CallSimulation(seed: seed, seconds: seconds, mistake: mistake)
        return try simulation.live(seconds)
    }

    private init(seed: UInt64, seconds: Double, mistake: FakeModel.Mistake) throws {
        var random = Random(seed: seed), limits = Limits(), rules = Switchboard.Rules()
        slots = [1, 3, 8][random.below(3)]
        knocksOneIn = [5, 20][random.below(2)]
        limits.phases = [1, 2, 4][random.below(3)]
        rules.modelName = "simulated"
        rules.resumeSeconds = [0, 2, 5][random.below(3)]
        rules.secondsMax = [nil, nil, 7][random.below(3)]
        let packets = Int(seconds * 50)
        drainsAt = random.below(3) == 0 ? packets / 4 + random.below(packets / 4) : nil
        drainPackets = random.below(200)
        clock = .drawn(&random)
        limits.mind = random.below(2) == 0 ? nil : .drawn(&random)
        mind = SharedMind(seed: random.next())
        (self.random, self.limits, self.rules, self.mistake) = (random, limits, rules, mistake)
        worker = try Self.worker(slots, clock, limits, rules, mistake, seed: seed)
        mind.serve(worker)
        report.options = """
            calls: \(clock.drawing) slots \(slots) phases \(limits.phases) knocks 1:\(knocksOneIn) resume \(rules.resumeSeconds) s \
            longest \(rules.secondsMax.map { "\($0) s" } ?? "-") drains \(drainsAt.map { "\($0 / 50) s" } ?? "-") \
            mind \(limits.mind == nil ? "none" : "some")
            """
    }

    private static func worker(
        _ slots: Int, _ clock: SliceClock, _ limits: Limits, _ rules: Switchboard.Rules, _ mistake: FakeModel.Mistake,
        seed: UInt64
    ) throws -> VirtualWorker {
        let model = FakeModel(
            slots: slots, clock: clock, mistake: mistake, hearsExactly: false,
            endsTurns: limits.mind == nil || !seed.isMultiple(of: 3))
        return try VirtualWorker(model: model, limits: limits, rules: rules, seed: seed)
    }

    private mutating func live(_ seconds: Double) throws -> SimulationReport {
        for packet in 1...Int(seconds * 50) {
            if random.below(knocksOneIn) == 0 { arrive() }
            if packet == drainsAt { worker.drain(until: worker.now.advanced(milliseconds: Int64(drainPackets) * 20)) }
            if packet == drainsAt.map({ $0 + drainPackets }) { try restart() }
            worker.advance(to: worker.now.advanced(milliseconds: 20))
            mind.advance(worker)
            check()
            for i in calls.indices { try calls[i].turn() }
            for i in calls.indices.reversed() where calls[i].isOver { depart(i) }
        }
        finish()
        return report
    }

    private mutating func arrive() {
        // Only one protocol can resume sessions, so it is drawn more often.
        let entry = random.below(3) == 0 ? WireProtocols.all[0] : paths[random.below(paths.count)]
        let bytesMax = [24, 256][random.below(2)] << 10
        guard let link = worker.open(entry, bytesMax: bytesMax) else {
            worker.knock()
            return report.refused += 1
        }
        calls.append(
            SimulatedCall(
                link, on: worker, bytesMax: bytesMax, number: report.sessions, random: Random(seed: random.next())))
        report.sessions += 1
    }

    private mutating func depart(_ index: Int) {
        let call = calls.remove(at: index)
        call.link.send(.close(code: 1000, reason: ""))
        report.sessionSeconds += call.link.seconds
        report.violations += call.violations
        report.fingerprint.add(call.fingerprint.value)
    }

    private mutating func check() {
        worker.board.engine.checkInvariants()
        worker.board.checkInvariants()
        for call in calls where !call.isAway && !call.link.isOver {
            func blame(_ what: String) {
                report.violations.append("\(call.path) \(call.habit) \(call.reader): \(what)")
            }
            if !call.link.isConnected { blame("the session is over and the connection is not closed") }
            if call.link.hasLost, WireProtocols.entry(path: call.path)!.needsEveryEvent {
                blame("goes on without an event")
            }
            if let most = rules.secondsMax, call.seconds > Double(most) + 0.2 { blame("lasts too long") }
        }
    }

    /// Another server replaces this one.
    private mutating func restart() throws {
        finish()
        worker = try Self.worker(slots, clock, limits, rules, mistake, seed: random.next())
        mind = SharedMind(seed: random.next())
        mind.serve(worker)
    }

    /// The server stops: every caller is told, every session ends, and nothing is left.
    private mutating func finish() {
        worker.stop()
        for i in calls.indices.reversed() {
            if !calls[i].isAway, !calls[i].link.isOver {
                report.violations.append("a caller is not told that the server stops")
            }
            depart(i)
        }
        if !worker.board.isStopped { report.violations.append("a stopped server has callers") }
        worker.advance(to: worker.now.advanced(milliseconds: 1000))
        let left = worker.board.engine.sessionCount, vacated = Double(worker.vacatedCount)
        if left > 0 || vacated != worker.counts[.sessions, default: 0] {
            report.violations.append("\(left) slots are never free, \(vacated) were told to be")
        }
        report.violations += mind.violations
        if mind.openCount > 0 { report.violations.append("\(mind.openCount) minds are never closed") }
        count()
    }

    /// Every session that was opened has exactly one end.
    private mutating func count() {
        let ends = worker.reports.filter { if case .closed = $0.what { true } else { false } }
        if Set(ends.map(\.session)).count != ends.count { report.violations.append("a session ended twice") }
        if worker.counts[.sessions, default: 0] != Double(ends.count) {
            report.violations.append("\(worker.counts[.sessions, default: 0]) sessions and \(ends.count) ends")
        }
        for tally in [Tally.sessionsActive, .sessionsHeld] where worker.counts[tally, default: 0] != 0 {
            report.violations.append("\(tally.rawValue) is \(worker.counts[tally]!) at the end")
        }
        for end in ends { report.fingerprint.add("\(end.what)") }
        report.resumed += Int(worker.counts[.sessionsResumed, default: 0])
    }
}
