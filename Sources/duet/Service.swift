// The server: sockets, workers, and the routes between them.

internal import Basics
internal import Dialogue
internal import Families
internal import Kernels
internal import Sockets
internal import Switchboard
internal import Synchronization
internal import Wire

/// What `duet serve` is told.
struct ServiceOptions: Sendable {
    /// Addresses to listen on.
    var hosts = ["127.0.0.1"]
    /// Pages and names that are let in beside this machine's own.
    var allowOrigins: [String] = []
    var allowHosts: [String] = []
    var port = 8998
    var workers = 1
    /// Sessions at most, over all workers.
    var sessionsMax = 32
    var limits = Limits()
    /// Seconds that a session waits for a client that was cut off.
    var resumeSeconds = 30
    /// Sessions that clients of one address may have. The default is no limit: behind a proxy all have the same.
    var sessionsPerAddressMax: Int?
    /// Seconds that a session may last. The default is for ever.
    var sessionSecondsMax: Int?
    /// Keys that clients need. With none everybody may connect.
    var keys: [String] = []
    /// By which Twilio's calls are known. Without it they are clients like others.
    var twilioToken: String?
    /// Where each worker writes down what it is given, to be replayed. The default is nowhere.
    var recordFolder: String?
    /// Bytes of recordings at most, over all workers.
    var recordBytesMax = 1 << 30
    /// What the model was loaded from and as, for recordings.
    var modelPath = "", weights = Precision.standard, cache = Precision.standard
    /// The page's files, read anew for every request. The default is those that were built in.
    var pageFolder: String?
}

/// A running service. One a process, or several in tests.
final class Service: Sendable {
    private let workers: [Worker]
    private let metrics = Metrics()
    private let server: Server
    private let loads: Loads
    private let watchdog: Watchdog

    /// How many sessions each worker has, and who may still come. The socket thread counts those that come, the workers those that
    /// end.
    final class Loads: Sendable {
        struct State {
            var sessions: [Int]
            var next = 1
            var draining = false
            var resumables = Resumables()
            /// Sessions by the address of their clients.
            var addresses: [String: Int] = [:]

            mutating func add(_ worker: Int, address: String) {
                sessions[worker] += 1
                addresses[address, default: 0] += 1
            }

            mutating func remove(_ worker: Int, address: String) {
                sessions[worker] -= 1
                addresses[address, default: 1] -= 1
                if addresses[address] == 0 { addresses[address] = nil }
            }
        }

        let state: Mutex<State>
        /// Over all workers.
        let sessionsMax: Int
        /// Over all workers, for one address; nil for no limit.
        let perAddressMax: Int?
        /// Slots of one worker: together they may be more than `sessionsMax`.
        let slotsEach: Int

        init(workers: Int, sessionsMax: Int, perAddressMax: Int? = nil) {
            state = Mutex(State(sessions: Array(repeating: 0, count: workers)))
            (self.sessionsMax, self.perAddressMax) = (sessionsMax, perAddressMax)
            slotsEach = (sessionsMax + workers - 1) / workers
        }
    }

    init(_ options: ServiceOptions, model: any LoadedModel) throws {
        let metrics = metrics,
            loads = Loads(
                workers: options.workers, sessionsMax: options.sessionsMax, perAddressMax: options.sessionsPerAddressMax
            )
        let workers = try (0..<options.workers).map { index in
            try Worker(
                index: index, loaded: model, slots: loads.slotsEach, options: options, metrics: metrics, loads: loads)
        }
        metrics.set("duet_build_info{version=\"\(Duet.version)\"}", 1)
        metrics.set("duet_sessions_active", 0)
        metrics.set("duet_sessions_held", 0)
        metrics.set("duet_sessions_capacity", Double(options.sessionsMax))
        let keys = Keys(options.keys, twilioToken: options.twilioToken)
        var configuration = ServerConfiguration()
        let routes = Routes(
            workers: workers, loads: loads, metrics: metrics, modelName: model.name, budget: options.limits.budget,
            page: try Page(folder: options.pageFolder), keys: keys,
            door: Door(
                listening: options.hosts, isOpen: keys.isOpen, allowOrigins: options.allowOrigins,
                allowHosts: options.allowHosts),
            sockets: configuration.health)
        configuration.log = { Log.warning($0) }
        configuration.hosts = options.hosts
        configuration.port = options.port
        configuration.subprotocols = WireProtocols.all.reduce(into: []) { names, entry in
            names += entry.subprotocols.filter { !names.contains($0) }
        }
        server = try Server(
            configuration, routes: ServerRoutes(admit: routes.admit, open: routes.open, http: routes.http))
        self.workers = workers
        self.loads = loads
        watchdog = Watchdog(workers.map(\.heartbeat), metrics: metrics)
        for worker in workers { worker.start() }
        watchdog.start()
    }

    var port: Int { server.port }
    /// Where it listens.
    var addresses: [SocketAddress] { server.addresses }
    var metricsText: String { metrics.text }

    /// Refuses new sessions; readiness fails. Clients that can be told are told for how long theirs may go on.
    func drain(seconds: Int = 0) {
        loads.state.withLock { $0.draining = true }
        guard seconds > 0 else { return }
        let end = MonotonicClock.now().advanced(milliseconds: Int64(seconds) * 1000)
        for worker in workers { worker.mailbox.push(.event(.draining(until: end)), urgent: true) }
    }

    var sessionCount: Int { loads.state.withLock { $0.sessions.reduce(0, +) } }

    /// Ends every session and all threads.
    func stop() {
        drain()
        for worker in workers { worker.mailbox.push(.event(.stop), urgent: true) }
        for worker in workers { worker.join() }
        watchdog.stop()
        server.stop()
    }
}
