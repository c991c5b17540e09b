// What libwebsockets has to say, in one place: its log belongs to the process, not to a server.

internal import CWebSockets
internal import Synchronization

/// Where libwebsockets' errors go.
enum LibraryLog {
    private static let sink = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// It calls this an error at every connection that it is given.
    private static let noise = "adopt_socket_readbuf: "

    /// From now on they go to `log`, and nothing to standard error.
    static func send(to log: @escaping @Sendable (String) -> Void) {
        sink.withLock { $0 = log }
        lws_set_log_level(CInt(LLL_ERR)) { _, line in
            guard let line else { return }
            LibraryLog.pass(String(cString: line))
        }
    }

    private static func pass(_ line: String) {
        guard !line.contains(noise) else { return }
        let end = line.lastIndex { !$0.isWhitespace }
        sink.withLock { $0 }?("libwebsockets: " + line.prefix(through: end ?? line.startIndex))
    }
}
