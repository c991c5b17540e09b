// Decides what runs next. Pure: it sees instants and counts, never audio.
//
//  slice   |0        |1        |2        |3        |    each phase starts a step here, every slice
//           LISTEN DECODE SPEAK emit                     one of them a tick, earliest deadline first

internal import Basics

/// The stages of a step, in order. After `emit` the step is over.
public enum Work: Int, Hashable, Sendable, CaseIterable { case listen, decode, speak, emit }

/// The phases of a slice, and which one runs next.
struct Scheduler: Sendable {
    struct Phase: Sendable {
        /// When its next step, or the one that is running, was due.
        var due: Instant
        /// What the running step does next; nil when none is running.
        var next: Work?
        var sessions = 0
        var cost: CostMeter
    }

    let sliceNanoseconds: Int64
    /// Share of the slice that all phases together may cost, split equally between them.
    let budget: Double
    /// Cost of a step until one of its phase has been measured.
    let stepCost: StepCost
    private(set) var phases: [Phase]
    /// The phase whose step is running. Only one runs at a time, because all phases share the buffers between the stages.
    private(set) var running: Int?

    init(phases count: Int, sliceNanoseconds: Int64, start: Instant, budget: Double, stepCost: StepCost) {
        (self.sliceNanoseconds, self.budget, self.stepCost) = (sliceNanoseconds, budget, stepCost)
        phases = (0..<count).map {
            Phase(
                due: start.advanced(nanoseconds: sliceNanoseconds * Int64($0) / Int64(count)),
                cost: CostMeter(prior: stepCost))
        }
    }

    func deadline(of phase: Int) -> Instant { phases[phase].due.advanced(nanoseconds: sliceNanoseconds) }

    /// The phase to serve at `now`: the one whose step is running; otherwise the due one with the earliest deadline, lowest
    /// index first. Nil when none is due.
    func choose(at now: Instant) -> Int? {
        running
            ?? phases.indices.lazy.filter { phases[$0].due <= now }.min { (phases[$0].due, $0) < (phases[$1].due, $1) }
    }

    /// When the next step is due.
    var nextDue: Instant { phases.lazy.map(\.due).min()! }

    mutating func begin(_ phase: Int) {
        invariant(running == nil, "phase \(phase) begins a step within another's")
        running = phase
        phases[phase].next = .listen
    }

    /// Returns what the phase's step does now, and advances to what comes next.
    mutating func take(_ phase: Int) -> Work {
        let work = phases[phase].next!
        phases[phase].next = Work(rawValue: work.rawValue + 1)
        return work
    }

    /// The step is over: the phase is due again one slice later.
    mutating func end(_ phase: Int) {
        if running == phase { running = nil }
        phases[phase].next = nil
        phases[phase].due = deadline(of: phase)
    }

    /// If the phase is at least `slices` late, skips all slices that have passed entirely. Returns how many.
    mutating func skip(_ phase: Int, at now: Instant, ifLateBy slices: Int64) -> Int {
        let late = now.since(phases[phase].due) / sliceNanoseconds
        guard late >= slices else { return 0 }
        phases[phase].due = phases[phase].due.advanced(nanoseconds: late * sliceNanoseconds)
        return Int(late)
    }

    // MARK: Admission

    mutating func join(_ phase: Int) { phases[phase].sessions += 1 }

    /// An empty phase's measured costs say nothing about its next sessions: it starts again from the prior.
    mutating func leave(_ phase: Int) {
        phases[phase].sessions -= 1
        if phases[phase].sessions == 0 { phases[phase].cost = CostMeter(prior: stepCost) }
    }

    /// The first phase that starts at or after `ready` and has room; if none has room, the one with the fewest sessions.
    func phase(readyAt ready: Instant) -> Int {
        func wait(_ i: Int) -> Int64 {
            let late = ready.since(phases[i].due)
            return late <= 0 ? -late : (sliceNanoseconds - late % sliceNanoseconds) % sliceNanoseconds
        }
        let order = phases.indices.sorted { (wait($0), $0) < (wait($1), $1) }
        return order.first { room(of: $0) > 0 }
            ?? order.min { (phases[$0].sessions, $0) < (phases[$1].sessions, $1) }!
    }

    /// How many more sessions keep the phase's p99 cost within its part of the budget; negative when it has too many.
    private func room(of phase: Int) -> Int {
        let part = budget * Double(sliceNanoseconds) / Double(phases.count)
        return phases[phase].cost.present.rows(within: part) - phases[phase].sessions
    }

    /// How many more sessions fit the whole budget; negative when there are too many. A phase with too many uses up the room of
    /// the others.
    var room: Int { phases.indices.reduce(0) { $0 + room(of: $1) } }

    /// Share of real time that the steps of all phases take at p99, with the present sessions.
    var load: Double {
        let busy = phases.filter { $0.sessions > 0 }
        return busy.reduce(0) { $0 + $1.cost.present.nanoseconds(rows: $1.sessions) } / Double(sliceNanoseconds)
    }

    /// Records that a step of `rows` rows took this long, including everything the worker did since the previous step.
    mutating func report(_ phase: Int, rows: Int, nanoseconds: Int64) {
        phases[phase].cost.add(rows: rows, nanoseconds: nanoseconds)
    }
}
