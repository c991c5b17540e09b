// Decides what runs next. Pure: it sees instants and counts, never audio.
//
//  slice   |0        |1        |2        |3        |    each phase starts a step here, every slice
//           LISTEN DECODE SPEAK emit                     one of them a tick, earliest deadline first

internal import Basics

/// The stages of a step, in order. After `emit` the step is over.
public enum Work: Int, Hashable, Sendable, CaseIterable { case listen, decode, speak, emit }

/// Phases within the slice, and whose turn it is.
struct Scheduler: Sendable {
    struct Phase: Sendable {
        /// When its next step, or the one that runs, was due.
        var due: Instant
        /// What the running step does next; nil while none runs.
        var next: Work?
        var sessions = 0
        var cost: CostMeter
    }

    let sliceNanoseconds: Int64
    /// Share of the slice that all phases together may cost; each has an equal part of it.
    let budget: Double
    /// What a step costs as long as none of its phase was measured.
    let stepCost: StepCost
    private(set) var phases: [Phase]
    /// The phase whose step runs. One step at a time: the stages hand each other their rows in buffers that all phases share.
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

    /// The phase to serve at `now`: the one whose step runs, or else, of those that are due, the one with the earliest deadline,
    /// lower index first. Nil when none is due.
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

    /// The work that the phase's step does now; moves on to the next.
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

    /// Skips whole slices so that the phase is less than `slices` late. Returns how many it skipped.
    mutating func skip(_ phase: Int, at now: Instant, ifLateBy slices: Int64) -> Int {
        let late = now.since(phases[phase].due) / sliceNanoseconds
        guard late >= slices else { return 0 }
        phases[phase].due = phases[phase].due.advanced(nanoseconds: late * sliceNanoseconds)
        return Int(late)
    }

    // MARK: Admission

    mutating func join(_ phase: Int) { phases[phase].sessions += 1 }

    /// What an empty phase cost once says nothing of the present: it begins anew.
    mutating func leave(_ phase: Int) {
        phases[phase].sessions -= 1
        if phases[phase].sessions == 0 { phases[phase].cost = CostMeter(prior: stepCost) }
    }

    /// The first phase that starts at or after `ready` and has room; the least loaded one where none has.
    func phase(readyAt ready: Instant) -> Int {
        func wait(_ i: Int) -> Int64 {
            let late = ready.since(phases[i].due)
            return late <= 0 ? -late : (sliceNanoseconds - late % sliceNanoseconds) % sliceNanoseconds
        }
        let order = phases.indices.sorted { (wait($0), $0) < (wait($1), $1) }
        return order.first { room(of: $0) > 0 }
            ?? order.min { (phases[$0].sessions, $0) < (phases[$1].sessions, $1) }!
    }

    /// How many more sessions would keep the phase's p99 cost within its part of the budget; negative where it has too many.
    private func room(of phase: Int) -> Int {
        let part = budget * Double(sliceNanoseconds) / Double(phases.count)
        return phases[phase].cost.present.rows(within: part) - phases[phase].sessions
    }

    /// How many more sessions would keep the whole within its budget; negative where there are too many. A phase that has too
    /// many takes them from the others' room.
    var room: Int { phases.indices.reduce(0) { $0 + room(of: $1) } }

    /// Share of real time that the steps of all phases take at p99, with the sessions of now.
    var load: Double {
        let busy = phases.filter { $0.sessions > 0 }
        return busy.reduce(0) { $0 + $1.cost.present.nanoseconds(rows: $1.sessions) } / Double(sliceNanoseconds)
    }

    /// A step of `rows` rows took this long, with all that the worker did since the step before.
    mutating func report(_ phase: Int, rows: Int, nanoseconds: Int64) {
        phases[phase].cost.add(rows: rows, nanoseconds: nanoseconds)
    }
}
