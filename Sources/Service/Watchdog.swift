// Detects and reports a stuck worker.

internal import Basics
internal import Glibc
internal import Synchronization
internal import Wire

/// What a worker's thread is doing: the worker writes it, any thread reads it.
final class Heartbeat: Sendable {
    /// When the present turn of its loop began, in nanoseconds of the monotonic clock; 0 while the worker waits.
    private let began = Atomic<Int64>(0)

    func turn(at now: Instant) { began.store(now.nanoseconds, ordering: .relaxed) }
    func rest() { began.store(0, ordering: .relaxed) }

    /// A worker whose turn takes longer is stuck. The limit is 2 s; a slice has 80 ms.
    static let turnSecondsMax = 2.0

    func isStuck(at now: Instant) -> Bool { Double(turning(at: now) ?? 0) * 1e-9 > Self.turnSecondsMax }

    /// Nanoseconds since the present turn began; nil while the worker waits.
    func turning(at now: Instant) -> Int64? {
        let began = began.load(ordering: .relaxed)
        return began == 0 ? nil : now.nanoseconds - began
    }
}

/// Tracks which workers are stuck. Pure: it is told how long each turn has lasted.
struct Watch {
    enum Change: Hashable, Sendable { case stuck(worker: Int, seconds: Double), turnsAgain(worker: Int) }

    private(set) var stuck: [Bool]

    init(workers: Int) { stuck = Array(repeating: false, count: workers) }

    /// `turning`: nanoseconds of each worker's present turn; nil while it waits. Returns the changes.
    mutating func look(_ turning: [Int64?]) -> [Change] {
        var changes: [Change] = []
        for (worker, nanoseconds) in turning.enumerated() {
            let seconds = Double(nanoseconds ?? 0) * 1e-9, isStuck = seconds > Heartbeat.turnSecondsMax
            if isStuck != stuck[worker] {
                changes.append(isStuck ? .stuck(worker: worker, seconds: seconds) : .turnsAgain(worker: worker))
            }
            stuck[worker] = isStuck
        }
        return changes
    }
}

/// Checks every worker's heartbeat twice a second, on its own thread.
final class Watchdog: Sendable {
    private static let pauseMicroseconds: UInt32 = 500_000

    private let beats: [Heartbeat]
    private let metrics: Metrics
    private let watch: Mutex<Watch>
    /// Other periodic work.
    private let chores: @Sendable (Instant) -> Void
    private let stopping = Atomic<Bool>(false)

    init(_ beats: [Heartbeat], metrics: Metrics, chores: @escaping @Sendable (Instant) -> Void = { _ in }) {
        (self.beats, self.metrics, self.chores) = (beats, metrics, chores)
        watch = Mutex(Watch(workers: beats.count))
        for worker in beats.indices { metrics.set(Self.series(worker), 0) }
    }

    /// Which workers were stuck at the last check.
    var stuck: [Bool] { watch.withLock { $0.stuck } }

    func start() {
        let thread = SystemThread.start { self.run() }
        invariant(thread != nil, "no thread for the watchdog")
        pthread_detach(thread!)
    }

    func stop() { stopping.store(true, ordering: .relaxed) }

    private func run() {
        while !stopping.load(ordering: .relaxed) {
            look(at: MonotonicClock.now())
            chores(MonotonicClock.now())
            usleep(Self.pauseMicroseconds)
        }
    }

    func look(at now: Instant) {
        for change in watch.withLock({ $0.look(beats.map { $0.turning(at: now) }) }) {
            switch change {
            case .stuck(let worker, let seconds):
                metrics.set(Self.series(worker), 1)
                metrics.add("duet_worker_stalls_total")
                Log.warning(
                    "a worker does not turn", [("worker", .integer(Int64(worker))), ("seconds", .number(seconds))])
            case .turnsAgain(let worker):
                metrics.set(Self.series(worker), 0)
                Log.info("a worker turns again", [("worker", .integer(Int64(worker)))])
            }
        }
    }

    private static func series(_ worker: Int) -> String { "duet_worker_stuck{worker=\"\(worker)\"}" }
}
