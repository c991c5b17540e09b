// A server on the loopback interface that answers each request by a script: in pieces, late, wrongly, or not at all.

import Basics
import Glibc
import Synchronization

/// One thread accepts connections, and one serves each of them.
final class ScriptedServer: Sendable {
    typealias Script = @Sendable (ScriptedExchange) -> Void

    private struct Seen: Sendable {
        var connections = 0
        var requests: [String] = []
    }

    private let listener: CInt
    let port: UInt16
    private let seen = Mutex(Seen())
    private let script: Script

    init(_ script: @escaping Script) {
        // A proxy in the environment is not for the loopback interface.
        setenv("no_proxy", "127.0.0.1", 1)
        self.script = script
        let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                invariant(bind(listener, raw, length) == 0 && listen(listener, 512) == 0, "no port")
                getsockname(listener, raw, &length)
            }
            return UInt16(bigEndian: $0.pointee.sin_port)
        }
        (self.listener, self.port) = (listener, port)
    }

    deinit { close(listener) }

    var base: String { "http://127.0.0.1:\(port)/v1" }
    var connections: Int { seen.withLock { $0.connections } }
    /// Heads and bodies, in the order in which they came.
    var requests: [String] { seen.withLock { $0.requests } }

    /// Serves until `stop`.
    func start() -> Self {
        let thread = SystemThread.start { [self] in
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                seen.withLock { $0.connections += 1 }
                if let thread = SystemThread.start({ [self] in serve(connection) }) { pthread_detach(thread) }
            }
        }
        pthread_detach(thread!)
        return self
    }

    /// Ends the thread that accepts connections.
    func stop() { shutdown(listener, CInt(SHUT_RDWR)) }

    private func serve(_ connection: CInt) {
        var rest = ""
        while let request = ScriptedExchange.readRequest(connection, &rest) {
            let number = seen.withLock {
                $0.requests.append(request)
                return $0.requests.count
            }
            let exchange = ScriptedExchange(connection, number, request)
            script(exchange)
            if exchange.isClosed { return }
        }
        close(connection)
    }
}
