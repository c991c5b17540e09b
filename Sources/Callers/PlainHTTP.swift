// A blocking HTTP client for small pages, by which `duet bench` reads the server's metrics.

internal import Foundation
internal import Glibc

/// Fetches a small page, such as the server's metrics.
public enum PlainHTTP {
    /// The body of `url`, http://host:port/path. Blocks at most `timeout` seconds for each read.
    public static func body(of url: String, timeout: Int = 10) throws(WebSocketError) -> String {
        guard let parts = URLComponents(string: url),
            let (host, authority) = WebSocketClient.host(parts, scheme: "http")
        else { throw .badURL(url) }
        let socket = try WebSocketClient.connect(host, parts.port ?? 80, timeout: timeout)
        defer { Glibc.close(socket) }
        let request = "GET \(parts.path) HTTP/1.1\r\nHost: \(authority)\r\nConnection: close\r\n\r\n"
        guard Glibc.send(socket, request, request.utf8.count, CInt(MSG_NOSIGNAL)) == request.utf8.count else {
            throw .broken(String(cString: strerror(errno)))
        }
        var answer: [UInt8] = [], piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let n = Glibc.recv(socket, &piece, piece.count, 0), n != 0 {
            guard n > 0 else { throw .broken(String(cString: strerror(errno))) }
            answer += piece[..<n]
        }
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { throw .broken("no answer from \(url)") }
        let head = String(text[..<end.lowerBound]), body = String(text[end.upperBound...])
        let status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        guard status == 200 else { throw .refused(status: status, head: head, body: body) }
        return body
    }
}
