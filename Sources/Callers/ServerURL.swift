// The URL of the server that a command talks to.

internal import Foundation
internal import Wire

/// A valid URL, ws://host:port/path.
public struct ServerURL: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Why a URL cannot be used, in one sentence.
    public struct Problem: Error, CustomStringConvertible { public let description: String }

    /// Paths of the protocols for which a client exists.
    static let paths = WireProtocols.all.filter { $0.client != nil }.map(\.path)
    private static let native = WireProtocols.all[0].path

    /// The scheme defaults to ws, the path to that of the native protocol.
    public init(_ text: String) throws(Problem) {
        let whole = text.contains("://") ? text : "ws://" + text
        guard var parts = URLComponents(string: whole), let host = parts.host, !host.isEmpty,
            (1...65_535).contains(parts.port ?? 80)
        else { throw Problem(description: "\(text) is no URL; write it as ws://127.0.0.1:8998") }
        let scheme = parts.scheme?.lowercased() ?? ""
        parts.scheme = "ws"
        if ["wss", "https"].contains(scheme) {
            throw Problem(
                description: "\(text): there is no TLS here; name the server itself, behind its proxy, with ws://")
        }
        if parts.path == "" || parts.path == "/" { parts.path = Self.native }
        guard scheme == "ws" else {
            let better = parts.string.map { "; write \($0)" } ?? ""
            throw Problem(description: "\(text): the scheme must be ws\(scheme == "http" ? better : "")")
        }
        guard Self.paths.contains(parts.path) else {
            throw Problem(
                description:
                    "\(text): there is no client for \(parts.path); there are \(Self.paths.joined(separator: ", "))")
        }
        description = parts.string ?? whole
    }

    /// Whether the path is that of the native protocol.
    public var isNative: Bool { URLComponents(string: description)?.path == Self.native }
}
