// The key that opens a server: from the command line, or from the environment, where no other user sees it.

public import ArgumentParser
internal import Foundation

/// What every command takes that talks to a server.
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

    /// Nil where there is none.
    public var text: String? { Self.choose(key, ProcessInfo.processInfo.environment["DUET_API_KEY"]) }

    /// An empty one is none.
    static func choose(_ key: String?, _ environment: String?) -> String? {
        key ?? (environment == "" ? nil : environment)
    }
}
