// Owns every connection until it becomes a websocket: answers plain HTTP, hands valid upgrades to libwebsockets.
//
//   listeners ─▶ accept ─▶ RequestReader ─┬─▶ routes.http ─▶ answer
//                                         └─▶ routes.admit ─▶ answer, or libwebsockets

internal import Basics
internal import CSystem
internal import Glibc
internal import Wire

/// Socket thread only. Has its own epoll instance, which libwebsockets watches as one descriptor.
final class HTTPFront {
    /// An admitted websocket client, with the bytes that arrived after its request.
    struct Upgraded {
        let socket: CInt
        let upgrade: WebSocketUpgrade
        let rest: ArraySlice<UInt8>
    }

    private let configuration: ServerConfiguration
    private let routes: ServerRoutes
    private let adopt: (Upgraded) -> Void
    private(set) var poller: Poller
    private var acceptor: Acceptor
    private let timer: CInt
    private var connections: [UInt64: PlainConnection] = [:]
    /// Connections whose next request has already arrived.
    private var waiting: [UInt64] = []
    private var lastID = firstID
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)

    private static let timerID: UInt64 = 1000, firstID: UInt64 = 1001
    private static let tickMilliseconds: CInt = 100, acceptsMax = 64, writingSeconds = 30, lingeringSeconds = 2

    init?(
        _ listeners: [Listener], _ configuration: ServerConfiguration, _ routes: ServerRoutes,
        adopt: @escaping (Upgraded) -> Void
    ) {
        guard let poller = Poller() else { return nil }
        (self.configuration, self.routes, self.adopt, self.poller) = (configuration, routes, adopt, poller)
        acceptor = Acceptor(listeners, poller, configuration)
        timer = shim_ticking_timer(Self.tickMilliseconds)
        guard timer >= 0 else { return nil }
        poller.add(timer, id: Self.timerID)
    }

    /// Whether there is work that no descriptor signals.
    var hasMore: Bool { !waiting.isEmpty }

    /// Does a bounded amount of the pending work. Returns true when the timer has ticked.
    func turn(at now: Instant) -> Bool {
        var ticks = false
        let ready = poller.ready(), waited = waiting
        waiting = []
        for event in ready {
            switch event.id {
            case ..<UInt64(acceptor.listeners.count): accept(Int(event.id), now)
            case Self.timerID: ticks = tick(now)
            default: connections[event.id].map { serve($0, event, now) }
            }
        }
        for id in waited { connections[id].map { step($0, now) } }
        return ticks
    }

    /// Closes the listeners and drops all connections, answered or not.
    func close() {
        acceptor.close()
        for connection in connections.values { Glibc.close(connection.socket) }
        connections = [:]
        Glibc.close(timer)
    }

    // MARK: Accepting

    private func accept(_ index: Int, _ now: Instant) {
        for _ in 0..<Self.acceptsMax {
            switch acceptor.next(of: index) {
            case .none: return
            case .connection(let socket, let remote):
                lastID += 1
                connections[lastID] = PlainConnection(
                    id: lastID, socket: socket, remote: remote, bodyBytesMax: configuration.bodyBytesMax, at: now)
                poller.add(socket, id: lastID)
            case .exhausted(let why):
                guard shed() else { return acceptor.pause(why, at: now) }
            }
        }
    }

    /// Drops the connection that has been idle longest without a pending request. Returns false if there is none.
    private func shed() -> Bool {
        let quiet = connections.values.lazy.filter { $0.phase == .idle || $0.phase == .head || $0.phase == .lingering }
        guard let oldest = quiet.min(by: { ($0.since, $0.id) < ($1.since, $1.id) }) else { return false }
        configuration.health.noteShed()
        drop(oldest)
        return true
    }

    // MARK: Reading requests

    private func serve(_ connection: PlainConnection, _ event: Poller.Ready, _ now: Instant) {
        if connection.phase == .writing { return flush(connection, now) }
        guard event.isReadable else { return }
        let count = recv(connection.socket, &buffer, buffer.count, 0)
        guard count >= 0 else {
            if errno != EAGAIN, errno != EINTR { drop(connection) }
            return
        }
        if connection.phase == .lingering {
            if count == 0 { drop(connection) }
            return
        }
        connection.hasEnded = count == 0
        connection.reader.append(buffer[..<count])
        step(connection, now)
    }

    /// Answers one request, if a whole one has arrived.
    private func step(_ connection: PlainConnection, _ now: Instant) {
        guard connection.phase != .writing, connection.phase != .lingering else { return }
        switch connection.reader.next() {
        case .nothing:
            if connection.hasEnded { return drop(connection) }
            connection.enter(phase(of: connection.reader), at: now)
        case .proceed:
            connection.enter(.body, at: now)
            connection.queue(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
            if connection.flush() == .failed { drop(connection) }
        case .request(let head, let body): answer(connection, head, body, now)
        case .refused(let why): send(why.response, to: connection, closing: true, now)
        }
    }

    private func phase(of reader: RequestReader) -> PlainConnection.Phase {
        switch reader.phase {
        case .idle: .idle
        case .head: .head
        case .body: .body
        }
    }

    private func answer(_ connection: PlainConnection, _ head: RequestHead, _ body: [UInt8], _ now: Instant) {
        let remote = client(connection, head)
        do throws(HTTPRefusal) {
            if let upgrade = try WebSocketUpgrade(head, remote: remote, arrived: Int64(time(nil))) {
                return admit(connection, upgrade, now)
            }
        } catch { return send(error.response, to: connection, closing: true, now) }
        let request = HTTPRequest(
            method: head.method, path: head.path, headers: head.known, body: body, remote: remote,
            isExact: head.isExact)
        let isLast = head.closes || connection.hasEnded && !connection.reader.hasBytes
        send(routes.http(request), to: connection, closing: isLast, now, withBody: head.method != "HEAD")
    }

    private func client(_ connection: PlainConnection, _ head: RequestHead) -> String {
        ForwardedFor.client(
            peer: connection.remote.host, forwarded: head.headers[ForwardedFor.header] ?? [],
            trusted: configuration.trustedProxies)
    }

    private func admit(_ connection: PlainConnection, _ upgrade: WebSocketUpgrade, _ now: Instant) {
        if case .refuse(let response) = routes.admit(upgrade.request) {
            return send(response, to: connection, closing: true, now)
        }
        connections[connection.id] = nil
        poller.remove(connection.socket)
        adopt(Upgraded(socket: connection.socket, upgrade: upgrade, rest: connection.reader.takeRest()))
    }

    // MARK: Answering

    private func send(
        _ response: HTTPResponse, to connection: PlainConnection, closing: Bool, _ now: Instant, withBody: Bool = true
    ) {
        connection.closes = closing
        connection.queue(response.bytes(closing: closing, withBody: withBody))
        connection.enter(.writing, at: now)
        flush(connection, now)
    }

    private func flush(_ connection: PlainConnection, _ now: Instant) {
        switch connection.flush() {
        case .failed: drop(connection)
        case .some: poller.change(connection.socket, id: connection.id, reads: false, writes: true)
        case .all:
            if connection.closes { return linger(connection, now) }
            connection.rest(at: now)
            poller.change(connection.socket, id: connection.id, reads: true, writes: false)
            if connection.reader.hasBytes { waiting.append(connection.id) }
        }
    }

    /// Reads and discards for a while before closing: closing with unread bytes would reset the connection and lose the answer.
    private func linger(_ connection: PlainConnection, _ now: Instant) {
        if connection.hasEnded { return drop(connection) }
        shutdown(connection.socket, CInt(SHUT_WR))
        connection.enter(.lingering, at: now)
        poller.change(connection.socket, id: connection.id, reads: true, writes: false)
    }

    private func drop(_ connection: PlainConnection) {
        connections[connection.id] = nil
        Glibc.close(connection.socket)
    }

    // MARK: Timeouts

    private func tick(_ now: Instant) -> Bool {
        var ticks: UInt64 = 0
        read(timer, &ticks, MemoryLayout<UInt64>.size)
        acceptor.resume(at: now)
        for connection in connections.values
        where now.since(connection.since) >= Int64(seconds(connection.phase)) * 1_000_000_000 {
            expire(connection, now)
        }
        return true
    }

    private func seconds(_ phase: PlainConnection.Phase) -> Int {
        switch phase {
        case .idle: configuration.idleSeconds
        case .head: configuration.headSeconds
        case .body: configuration.bodySeconds
        case .writing: Self.writingSeconds
        case .lingering: Self.lingeringSeconds
        }
    }

    private func expire(_ connection: PlainConnection, _ now: Instant) {
        guard connection.phase == .head || connection.phase == .body else { return drop(connection) }
        let late = HTTPRefusal(status: 408, message: "The request took too long.")
        send(late.response, to: connection, closing: true, now)
    }
}
