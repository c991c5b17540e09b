// The socket server: one thread, websockets and plain HTTP on one port.

internal import Basics
internal import CSystem
internal import CWebSockets
internal import Glibc
public import Wire

public struct ServerConfiguration: Sendable {
    /// Addresses to listen on: IPv4 or IPv6, no names. `::` means IPv6 only. The default is 127.0.0.1.
    public var hosts = ["127.0.0.1"]
    /// Proxies whose X-Forwarded-For is believed. The default is none.
    public var trustedProxies: [AddressRange] = []
    /// 0 picks a free port.
    public var port = 8998
    /// A longer message ends the connection with 1009. The default is 64 KiB.
    public var messageBytesMax = 64 << 10
    /// A longer body of a plain request is refused with 413. The default is 64 KiB.
    public var bodyBytesMax = 64 << 10
    /// Bytes queued for a client that reads too slowly; messages beyond this are refused. The default is 256 KiB.
    public var outboxBytesMax = 256 << 10
    /// Subprotocols on offer; `admit` refuses a client that offers only others.
    public var subprotocols: [String] = []
    /// Seconds between pings, and seconds without a pong before the server hangs up. The defaults are 20 and 40.
    public var pingSeconds: UInt16 = 20
    public var hangUpSeconds: UInt16 = 40

    /// Timeouts in seconds: for a request's head, for its body, and for an idle connection.
    public var headSeconds = 10
    public var bodySeconds = 10
    public var idleSeconds = 15
    /// Receives the state of the sockets, for monitoring.
    public var health = SocketHealth()
    /// Logs an occasional line for the operator: socket trouble and libwebsockets' errors. Must not block.
    public var log: @Sendable (String) -> Void = { _ in }
    /// Injects an errno into `accept`, for tests.
    var acceptFault: @Sendable () -> CInt? = { nil }

    public init() {}
}

/// The program's handlers. All closures run on the socket thread and must not block.
public struct ServerRoutes: Sendable {
    public var admit: @Sendable (UpgradeRequest) -> Admission
    public var open: @Sendable (Connection) -> any ConnectionHandler
    public var http: @Sendable (HTTPRequest) -> HTTPResponse

    public init(
        admit: @escaping @Sendable (UpgradeRequest) -> Admission,
        open: @escaping @Sendable (Connection) -> any ConnectionHandler,
        http: @escaping @Sendable (HTTPRequest) -> HTTPResponse
    ) {
        (self.admit, self.open, self.http) = (admit, open, http)
    }
}

public struct ServerError: Error, Hashable, CustomStringConvertible {
    public let description: String
}

/// A running server. `stop` closes every connection with 1001.
public final class Server: @unchecked Sendable {
    private let loop = ServiceLoop()
    private var thread = pthread_t()
    /// The addresses it listens on, as the system reports them.
    public let addresses: [SocketAddress]
    /// The port it listens on.
    public var port: Int { addresses[0].port }

    /// Checks whether the server could listen now; throws what `init` would. Returns the addresses.
    public static func check(_ configuration: ServerConfiguration) throws(ServerError) -> [SocketAddress] {
        let wanted = try addresses(configuration)
        for listener in try Listener.all(wanted) { Glibc.close(listener.socket) }
        return wanted
    }

    private static func addresses(_ configuration: ServerConfiguration) throws(ServerError) -> [SocketAddress] {
        guard !configuration.hosts.isEmpty else { throw ServerError(description: "there is no address to listen on") }
        return try configuration.hosts.map { (host) throws(ServerError) in
            guard let address = SocketAddress(host, port: configuration.port) else {
                throw ServerError(
                    description: "\(host) is no address to listen on; take one like 127.0.0.1, ::1, 0.0.0.0 or ::")
            }
            return address
        }
    }

    public init(_ configuration: ServerConfiguration, routes: ServerRoutes) throws(ServerError) {
        let listeners = try Listener.all(Self.addresses(configuration))
        addresses = listeners.map(\.address)
        let start = Start(LoopState(loop: loop, configuration: configuration, routes: routes, listeners: listeners))
        let started = SystemThread.start {
            _ = shim_name_this_thread("duet-sockets")
            serve(start)
        }
        guard let started else { throw ServerError(description: "no thread for the sockets") }
        thread = started
        sem_wait(&start.ready)
        guard start.isRunning else {
            pthread_join(thread, nil)
            throw ServerError(description: "libwebsockets does not start; is there too little memory?")
        }
    }

    /// Closes all connections with 1001 and ends the thread. Call once.
    public func stop() {
        loop.stop()
        pthread_join(thread, nil)
    }
}

private final class Start: @unchecked Sendable {
    let state: LoopState
    var isRunning = false
    var ready = sem_t()

    init(_ state: LoopState) {
        self.state = state
        sem_init(&ready, 0, 0)
    }
}

private func serve(_ start: Start) {
    let state = start.state, names = ["duet"] + state.configuration.subprotocols
    LibraryLog.send(to: state.configuration.log)
    // The first is for clients that offer no subprotocol; an empty one ends the list.
    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: names.count + 1)
    protocols.initialize(repeating: lws_protocols(), count: names.count + 1)
    let texts = names.map { strdup($0) }
    // libwebsockets never pings if the hang-up comes no later than the ping: `LoopState` sends the pings.
    let policy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
    policy.initialize(to: lws_retry_bo_t())
    policy.pointee.secs_since_valid_ping = state.configuration.hangUpSeconds
    policy.pointee.secs_since_valid_hangup = state.configuration.hangUpSeconds
    defer {
        protocols.deallocate()
        policy.deallocate()
        texts.forEach { free($0) }
    }
    for (i, text) in texts.enumerated() {
        protocols[i].name = UnsafePointer(text)
        protocols[i].callback = duetCallback
        protocols[i].rx_buffer_size = 4096
        // By default, libwebsockets passes a message's first 4 KB to the system and keeps the rest. A close that arrives in between
        // would then end the connection without an answer.
        protocols[i].tx_packet_size = 1 << 30
    }
    var info = lws_context_creation_info()
    info.port = CONTEXT_PORT_NO_LISTEN_SERVER
    info.protocols = UnsafePointer(protocols)
    info.retry_and_idle_policy = UnsafePointer(policy)
    info.gid = -1
    info.uid = -1
    info.timeout_secs = 10
    info.pt_serv_buf_size = 8192
    info.user = Unmanaged.passUnretained(state).toOpaque()
    let context = lws_create_context(&info)
    start.isRunning = context.map(state.start) ?? false
    if start.isRunning, let context { state.loop.attach(context) }
    let isRunning = start.isRunning
    sem_post(&start.ready)
    if isRunning, let context { withExtendedLifetime(state) { turn(context, state) } }
    state.closeFront()
    if let context { lws_context_destroy(context) }
}

/// Each turn polls every connection. With many of them, a turn waits up to a millisecond so that it serves about ten at once.
private func gather(_ state: LoopState) {
    let manyLinks = 16, pauseMicroseconds: UInt32 = 1000
    if state.links.count > manyLinks, !state.hasMoreToWrite { usleep(pauseMicroseconds) }
    state.hasMoreToWrite = false
}

/// Runs the loop until told to stop, then closes every connection and waits up to a second for the close handshakes.
private func turn(_ context: OpaquePointer, _ state: LoopState) {
    while !state.loop.isStopping, lws_service(context, state.isBusy ? -1 : 0) >= 0 {
        state.turnFront()
        gather(state)
    }
    state.closeFront()
    for link in state.links.values { link.connection.send([.close(code: 1001, reason: "server stops")]) }
    // A blocking turn would wait some seconds, for libwebsockets' next timer.
    let pauseMilliseconds = 2
    for _ in 0..<1000 / pauseMilliseconds where !state.links.isEmpty && lws_service(context, -1) >= 0 {
        usleep(UInt32(pauseMilliseconds) * 1000)
    }
    state.loop.detach()
}
