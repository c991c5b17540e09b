// The server: sockets, workers, and the routes between them.

internal import Basics
internal import Dialogue
internal import Families
internal import Kernels
internal import Sockets
internal import Synchronization
internal import Wire

/// What `duet serve` is told.
struct ServiceOptions: Sendable {
    var host = "127.0.0.1"
    var port = 8998
    var workers = 1
    /// Sessions at most, over all workers.
    var sessionsMax = 32
    var limits = Limits()
    /// The page's files, read anew for every request. The default is those that were built in.
    var pageFolder: String?
}

/// A running service. One a process, or several in tests.
final class Service: Sendable {
    private let workers: [Worker]
    private let metrics = Metrics()
    private let server: Server
    private let loads: Loads

    /// How many sessions each worker has, and who may still come. Touched by the socket thread.
    final class Loads: Sendable {
        struct State {
            var sessions: [Int]
            var next = 1
            var draining = false
        }

        let state: Mutex<State>
        /// Over all workers.
        let sessionsMax: Int
        /// Slots of one worker: together they may be more than `sessionsMax`.
        let slotsEach: Int

        init(workers: Int, sessionsMax: Int) {
            state = Mutex(State(sessions: Array(repeating: 0, count: workers)))
            self.sessionsMax = sessionsMax
            slotsEach = (sessionsMax + workers - 1) / workers
        }
    }

    init(_ options: ServiceOptions, model: any LoadedModel) throws {
        let metrics = metrics, loads = Loads(workers: options.workers, sessionsMax: options.sessionsMax)
        let workers = try (0..<options.workers).map { index in
            try Worker(
                index: index, loaded: model, slots: loads.slotsEach, limits: options.limits, metrics: metrics)
        }
        metrics.set("duet_build_info{version=\"\(Duet.version)\"}", 1)
        metrics.set("duet_sessions_active", 0)
        metrics.set("duet_sessions_capacity", Double(options.sessionsMax))
        let routes = Routes(
            workers: workers, loads: loads, metrics: metrics, modelName: model.name, budget: options.limits.budget,
            page: try Page(folder: options.pageFolder))
        var configuration = ServerConfiguration()
        configuration.host = options.host
        configuration.port = options.port
        server = try Server(
            configuration, routes: ServerRoutes(admit: routes.admit, open: routes.open, http: routes.http))
        self.workers = workers
        self.loads = loads
        for (index, worker) in workers.enumerated() { worker.start(index: index) }
    }

    var port: Int { server.port }
    var metricsText: String { metrics.text }

    /// Refuses new sessions; readiness fails.
    func drain() { loads.state.withLock { $0.draining = true } }

    var sessionCount: Int { loads.state.withLock { $0.sessions.reduce(0, +) } }

    /// Ends every session and all threads.
    func stop() {
        drain()
        for worker in workers { worker.mailbox.push(.stop, urgent: true) }
        for worker in workers { worker.join() }
        server.stop()
    }
}
