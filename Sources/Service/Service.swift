// The running server: sockets, workers, and the routes between them.

internal import Basics
public import Dialogue
public import Families
public import Kernels
public import Minds
public import Sockets
internal import Switchboard
internal import Synchronization
internal import Wire

/// The options of `duet serve`.
public struct ServiceOptions: Sendable {
    /// Addresses to listen on.
    public var hosts = ["127.0.0.1"]
    /// Origins and host names that are allowed besides this machine's own.
    public var allowOrigins: [String] = []
    public var allowHosts: [String] = []
    /// Proxies whose X-Forwarded-For is believed.
    public var trustedProxies: [AddressRange] = []
    public var port = 8998
    public var workers = 1
    /// Maximum sessions over all workers.
    public var sessionsMax = 32
    public var limits = Limits()
    /// The text model that answers what the model does not; `limits.mind` has its rules. The default is none.
    public var mind: (any Mind)?
    /// Seconds that a held session waits for its client.
    public var resumeSeconds = 30
    /// Maximum sessions for one address. The default is no limit: all clients behind a proxy share its address.
    public var sessionsPerAddressMax: Int?
    /// Maximum seconds of a session. The default is no limit.
    public var sessionSecondsMax: Int?
    /// Keys that clients need. Without any, anyone may connect.
    public var keys: [String] = []
    /// When the model was created, in seconds since 1970.
    public var modelCreated = 0
    /// Twilio's auth token, to verify its signatures. Without it, Twilio needs a key like any other client.
    public var twilioToken: String?
    /// Folder for recordings of each worker's input, for replay. The default is none.
    public var recordFolder: String?
    /// Maximum bytes of recordings over all workers.
    public var recordBytesMax = 1 << 30
    /// Path and precisions that the model was loaded with, for recordings.
    public var modelPath = "", weights = Precision.standard, cache = Precision.standard
    /// Folder of the page, read for every request. The default is the bundled page.
    public var pageFolder: String?

    public init(hosts: [String] = ["127.0.0.1"], port: Int = 8998, workers: Int = 1, sessionsMax: Int = 32) {
        (self.hosts, self.port, self.workers, self.sessionsMax) = (hosts, port, workers, sessionsMax)
    }
}

/// A running service. One per process, or several in tests.
public final class Service: Sendable {
    public static let version = "0.1.0"

    private let workers: [Worker]
    let metrics = Metrics()
    private let server: Server
    private let ledger: SessionLedger
    private let watchdog: Watchdog
    let keys: Keys

    public init(_ options: ServiceOptions, model: any LoadedModel) throws {
        let metrics = metrics,
            ledger = SessionLedger(
                workers: options.workers, sessionsMax: options.sessionsMax, perAddressMax: options.sessionsPerAddressMax
            )
        let recogniser = try model.recogniser().map { RecogniserThread($0) }
        let workers = try (0..<options.workers).map { index in
            try Worker(
                index: index, loaded: model, recogniser: recogniser, slots: ledger.slotsEach, options: options,
                metrics: metrics, ledger: ledger)
        }
        metrics.set("duet_build_info{version=\"\(Service.version)\"}", 1)
        metrics.set("duet_reload_successful", 1)
        metrics.set("duet_sessions_active", 0)
        metrics.set("duet_sessions_held", 0)
        metrics.set("duet_sessions_capacity", Double(options.sessionsMax))
        metrics.set("duet_session_memory_bytes", Double(model.bytesPerSession))
        keys = Keys(options.keys, twilioToken: options.twilioToken)
        var configuration = ServerConfiguration()
        let refusals = RefusalLog()
        let routes = Routes(
            workers: workers, ledger: ledger, metrics: metrics, modelName: model.name,
            modelCreated: options.modelCreated, budget: options.limits.budget,
            page: try Page(folder: options.pageFolder), keys: keys,
            originPolicy: OriginPolicy(
                listening: options.hosts, isOpen: keys.isOpen, allowOrigins: options.allowOrigins,
                allowHosts: options.allowHosts),
            sockets: configuration.health, refusals: refusals)
        configuration.log = { Log.warning($0) }
        configuration.hosts = options.hosts
        configuration.trustedProxies = options.trustedProxies
        configuration.port = options.port
        configuration.subprotocols = WireProtocols.all.reduce(into: []) { names, entry in
            names += entry.subprotocols.filter { !names.contains($0) }
        }
        server = try Server(
            configuration, routes: ServerRoutes(admit: routes.admit, open: routes.open, http: routes.http))
        self.workers = workers
        self.ledger = ledger
        watchdog = Watchdog(workers.map(\.heartbeat), metrics: metrics, chores: refusals.catchUp)
        for worker in workers { worker.start() }
        watchdog.start()
    }

    public var port: Int { server.port }
    /// The addresses it listens on.
    public var addresses: [SocketAddress] { server.addresses }
    public var metricsText: String { metrics.text }

    /// Refuses new sessions, and readiness fails. Tells clients, if their protocol can, how long their sessions may go on.
    public func drain(seconds: Int = 0) {
        ledger.state.withLock { $0.draining = true }
        guard seconds > 0 else { return }
        let end = MonotonicClock.now().advanced(milliseconds: Int64(seconds) * 1000)
        for worker in workers { worker.mailbox.push(.event(.draining(until: end)), urgent: true) }
    }

    public var sessionCount: Int { ledger.state.withLock { $0.sessions.reduce(0, +) } }

    /// Ends every session and all threads.
    public func stop() {
        drain()
        for worker in workers { worker.mailbox.push(.event(.stop), urgent: true) }
        for worker in workers { worker.join() }
        watchdog.stop()
        server.stop()
    }
}
