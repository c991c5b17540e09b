// The socket server: one thread, websockets and plain HTTP on one port.

internal import Basics
internal import CSystem
internal import CWebSockets
internal import Glibc
public import Wire

public struct ServerConfiguration: Sendable {
    /// Addresses to listen on: IPv4 or IPv6, no names. `::` is IPv6 alone. The default is 127.0.0.1.
    public var hosts = ["127.0.0.1"]
    /// Proxies whose word on whom they speak for is taken (X-Forwarded-For). The default is none.
    public var trustedProxies: [AddressRange] = []
    /// 0 takes a free port.
    public var port = 8998
    /// Longer messages end the connection with 1009. The default is 64 KiB.
    public var messageBytesMax = 64 << 10
    /// Longer bodies of plain requests are refused with 413. The default is 64 KiB.
    public var bodyBytesMax = 64 << 10
    /// A client that reads too slowly loses messages beyond this. The default is 256 KiB.
    public var outboxBytesMax = 256 << 10
    /// Subprotocols that a client may get; `admit` refuses those who offer others alone.
    public var subprotocols: [String] = []
    /// Seconds between pings to a client, and without a pong after which it is hung up on. The defaults are 20 and 40.
    public var pingSeconds: UInt16 = 20
    public var hangUpSeconds: UInt16 = 40

    /// Seconds that a request's head may take, its body, and that a connection may wait for the next request.
    public var headSeconds = 10
    public var bodySeconds = 10
    public var idleSeconds = 15
    /// What the sockets meet with is told here.
    public var health = SocketHealth()
    /// A line now and then, for the operator: what is wrong with the sockets, and what libwebsockets complains of. Must not block.
    public var log: @Sendable (String) -> Void = { _ in }
    /// What accept fails with, for tests.
    var acceptFault: @Sendable () -> CInt? = { nil }

    public init() {}
}

/// What the program answers. All closures run on the socket thread and must not block.
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
    /// Where it listens, as the system says.
    public let addresses: [SocketAddress]
    /// The port that it listens on.
    public var port: Int { addresses[0].port }

    /// Whether it could listen now; throws what a start would. Returns the addresses.
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
    // The first is for clients that offer none; an empty one ends the list.
    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: names.count + 1)
    protocols.initialize(repeating: lws_protocols(), count: names.count + 1)
    let texts = names.map { strdup($0) }
    // A policy that hangs up before it pings never pings.
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
        // Of a message libwebsockets would hand the system 4 KB, and keep back the rest for later. A close that comes meanwhile ends the
        // connection without an answer.
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

/// Each turn asks the system about every connection. With many of them a turn waits until several have something to say: what came
/// is up to a millisecond older, and a turn serves ten at once.
private func gather(_ state: LoopState) {
    let manyLinks = 16, pauseMicroseconds: UInt32 = 1000
    if state.links.count > manyLinks, !state.hasMoreToWrite { usleep(pauseMicroseconds) }
    state.hasMoreToWrite = false
}

/// Turns the loop until it is told to stop, then closes every connection and waits up to a second for their farewells.
private func turn(_ context: OpaquePointer, _ state: LoopState) {
    while !state.loop.isStopping, lws_service(context, state.isBusy ? -1 : 0) >= 0 {
        state.turnFront()
        gather(state)
    }
    state.closeFront()
    for link in state.links.values { link.connection.send([.close(code: 1001, reason: "server stops")]) }
    // A turn that waits would wait for libwebsockets' next timer, some seconds.
    let pauseMilliseconds = 2
    for _ in 0..<1000 / pauseMilliseconds where !state.links.isEmpty && lws_service(context, -1) >= 0 {
        usleep(UInt32(pauseMilliseconds) * 1000)
    }
    state.loop.detach()
}
