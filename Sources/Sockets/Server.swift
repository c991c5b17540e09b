// The socket server: one thread, websockets and plain HTTP on one port.

internal import CShim
internal import CWebSockets
internal import Glibc
public import Wire

public struct ServerConfiguration: Sendable {
    /// An IPv4 address to listen on. The default is 127.0.0.1.
    public var host = "127.0.0.1"
    /// 0 takes a free port.
    public var port = 8998
    /// Longer messages end the connection with 1009. The default is 64 KiB.
    public var messageBytesMax = 64 << 10
    /// A client that reads too slowly loses messages beyond this. The default is 256 KiB.
    public var outboxBytesMax = 256 << 10
    /// Subprotocols that a client may get; `admit` refuses those who offer others alone.
    public var subprotocols: [String] = []
    /// Seconds of quiet after which a client is pinged, and hung up on. The defaults are 20 and 40.
    public var pingSeconds: UInt16 = 20
    public var hangUpSeconds: UInt16 = 40

    /// Seconds that a request's head may take, its body, and that a connection may wait for the next request.
    public var headSeconds = 10
    public var bodySeconds = 10
    public var idleSeconds = 15

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
    /// The port that it listens on.
    public private(set) var port = 0

    public init(_ configuration: ServerConfiguration, routes: ServerRoutes) throws(ServerError) {
        let state = LoopState(loop: loop, configuration: configuration, routes: routes)
        let start = Start(state)
        let code = pthread_create(
            &thread, nil,
            { raw in
                let start = Unmanaged<Start>.fromOpaque(raw!).takeRetainedValue()
                _ = shim_name_this_thread("duet-sockets")
                serve(start)
                return nil
            }, Unmanaged.passRetained(start).toOpaque())
        guard code == 0 else { throw ServerError(description: "no thread for the sockets: error \(code)") }
        sem_wait(&start.ready)
        guard start.port > 0 else {
            pthread_join(thread, nil)
            throw ServerError(
                description:
                    "cannot listen on \(configuration.host):\(configuration.port); is the port taken or the address not ours?"
            )
        }
        port = start.port
    }

    /// Closes all connections with 1001 and ends the thread. Call once.
    public func stop() {
        loop.stop()
        pthread_join(thread, nil)
    }
}

private final class Start: @unchecked Sendable {
    let state: LoopState
    var port = 0
    var ready = sem_t()

    init(_ state: LoopState) {
        self.state = state
        sem_init(&ready, 0, 0)
    }
}

/// Where headers are cut, in bytes. libwebsockets 4.1.6 has no room for longer subprotocols and extensions, and hangs up without a
/// word where they come.
private func headerLimits() -> lws_token_limits {
    var limits = lws_token_limits()
    withUnsafeMutableBytes(of: &limits) { bytes in
        let limits = bytes.bindMemory(to: UInt16.self)
        for token in limits.indices { limits[token] = 4096 }
        limits[Int(WSI_TOKEN_PROTOCOL.rawValue)] = 126
        limits[Int(WSI_TOKEN_EXTENSIONS.rawValue)] = 250
    }
    return limits
}

private func serve(_ start: Start) {
    let state = start.state, configuration = state.configuration
    lws_set_log_level(1, nil)
    var owned: [UnsafeMutablePointer<CChar>] = []
    func keep(_ text: String) -> UnsafePointer<CChar> {
        owned.append(strdup(text))
        return UnsafePointer(owned[owned.count - 1])
    }
    // The first is for clients that offer none; an empty one ends the list.
    let names = ["duet"] + configuration.subprotocols
    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: names.count + 1)
    protocols.initialize(repeating: lws_protocols(), count: names.count + 1)
    let limits = UnsafeMutablePointer<lws_token_limits>.allocate(capacity: 1)
    limits.initialize(to: headerLimits())
    let policy = UnsafeMutablePointer<lws_retry_bo_t>.allocate(capacity: 1)
    policy.initialize(to: lws_retry_bo_t())
    defer {
        protocols.deallocate()
        limits.deallocate()
        policy.deallocate()
        owned.forEach { free($0) }
    }
    for (i, name) in names.enumerated() {
        protocols[i].name = keep(name)
        protocols[i].callback = duetCallback
        protocols[i].rx_buffer_size = 4096
    }
    policy.pointee.secs_since_valid_ping = configuration.pingSeconds
    policy.pointee.secs_since_valid_hangup = configuration.hangUpSeconds
    var info = lws_context_creation_info()
    info.port = CInt(configuration.port)
    info.iface = keep(configuration.host)
    info.protocols = UnsafePointer(protocols)
    info.token_limits = UnsafePointer(limits)
    info.retry_and_idle_policy = UnsafePointer(policy)
    info.gid = -1
    info.uid = -1
    info.timeout_secs = 10
    info.keepalive_timeout = 15
    info.pt_serv_buf_size = 8192
    // With IPv6 enabled 4.1.6 listens on every address whatever `iface` says.
    info.options = UInt64(LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND | LWS_SERVER_OPTION_DISABLE_IPV6)
    info.user = Unmanaged.passUnretained(state).toOpaque()
    guard let context = lws_create_context(&info) else {
        sem_post(&start.ready)
        return
    }
    state.loop.attach(context)
    start.port = Int(lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "default")))
    sem_post(&start.ready)
    withExtendedLifetime(state) { turn(context, state) }
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
    while !state.loop.isStopping, lws_service(context, 0) >= 0 { gather(state) }
    for link in state.links.values { link.connection.send([.close(code: 1001, reason: "server stops")]) }
    // A turn that waits would wait for libwebsockets' next timer, some seconds.
    let pauseMilliseconds = 2
    for _ in 0..<1000 / pauseMilliseconds where !state.links.isEmpty && lws_service(context, -1) >= 0 {
        usleep(UInt32(pauseMilliseconds) * 1000)
    }
    state.loop.detach()
    lws_context_destroy(context)
}
