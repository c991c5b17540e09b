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
        var cost = CostMeter()
    }

    let sliceNanoseconds: Int64
    /// A step costs as much as this many rows more than it has.
    let fixedCostRows: Double
    private(set) var phases: [Phase]

    init(phases count: Int, sliceNanoseconds: Int64, start: Instant, fixedCostRows: Double = 0) {
        self.sliceNanoseconds = sliceNanoseconds
        self.fixedCostRows = fixedCostRows
        phases = (0..<count).map {
            Phase(due: start.advanced(nanoseconds: sliceNanoseconds * Int64($0) / Int64(count)))
        }
    }

    func deadline(of phase: Int) -> Instant { phases[phase].due.advanced(nanoseconds: sliceNanoseconds) }

    /// The phase to serve at `now`: due, earliest deadline first, lower index first. Nil when none is due.
    func choose(at now: Instant) -> Int? {
        phases.indices.filter { phases[$0].due <= now }.min { (phases[$0].due, $0) < (phases[$1].due, $1) }
    }

    /// When the next step is due.
    var nextDue: Instant { phases.map(\.due).min()! }

    mutating func begin(_ phase: Int) { phases[phase].next = .listen }

    /// The work that the phase's step does now; moves on to the next.
    mutating func take(_ phase: Int) -> Work {
        let work = phases[phase].next!
        phases[phase].next = Work(rawValue: work.rawValue + 1)
        return work
    }

    /// The step is over: the phase is due again one slice later.
    mutating func end(_ phase: Int) {
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
    mutating func leave(_ phase: Int) { phases[phase].sessions -= 1 }

    /// The first phase that starts at or after `ready` and has room; the least loaded one where none has.
    func phase(readyAt ready: Instant, budget: Double) -> Int {
        func wait(_ i: Int) -> Int64 {
            let late = ready.since(phases[i].due)
            return late <= 0 ? -late : (sliceNanoseconds - late % sliceNanoseconds) % sliceNanoseconds
        }
        let order = phases.indices.sorted { (wait($0), $0) < (wait($1), $1) }
        return order.first { hasRoom($0, budget: budget) }
            ?? order.min { (phases[$0].sessions, $0) < (phases[$1].sessions, $1) }!
    }

    /// Whether one more session would keep the phase's p99 cost within `budget` of its time.
    func hasRoom(_ phase: Int, budget: Double) -> Bool {
        let p = phases[phase]
        guard p.sessions > 0, let cost = p.cost.p99 else { return true }
        let predicted = Double(cost) * (Double(p.sessions + 1) + fixedCostRows) / (Double(p.sessions) + fixedCostRows)
        return predicted <= budget * Double(sliceNanoseconds) / Double(phases.count)
    }

    mutating func report(_ phase: Int, nanoseconds: Int64) { phases[phase].cost.add(nanoseconds) }
}
