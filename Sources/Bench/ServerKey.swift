// The server's key, from the command line or from the environment, where other users cannot see it.

public import ArgumentParser
internal import Foundation

/// The key option of every command that talks to a server.
public struct ServerKey: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Key of the server, if it wants one. The default is that of DUET_API_KEY, which `ps` does not show.")
    var key: String?

    public init() {}

    public func validate() throws {
        let isText = text?.utf8.allSatisfy { (0x21...0x7e).contains($0) } ?? true
        guard isText else {
            throw ValidationError("the key (--key or DUET_API_KEY) has a character that no header can have")
        }
    }

    /// Nil if there is none.
    public var text: String? { Self.choose(key, ProcessInfo.processInfo.environment["DUET_API_KEY"]) }

    /// An empty environment variable counts as unset.
    static func choose(_ key: String?, _ environment: String?) -> String? {
        key ?? (environment == "" ? nil : environment)
    }
}
