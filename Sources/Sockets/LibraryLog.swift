// Redirects libwebsockets' log, which belongs to the process and not to a server.

internal import CWebSockets
internal import Synchronization

/// Where libwebsockets' errors go.
enum LibraryLog {
    private static let sink = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// libwebsockets logs this as an error for every adopted connection.
    private static let noise = "adopt_socket_readbuf: "

    /// Sends all further errors to `log`, and nothing to standard error.
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
