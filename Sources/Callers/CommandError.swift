// What ends a command: one sentence for whoever gave it, and whose matter it is.

/// An error that the operator can do something about.
public struct CommandError: Error, Hashable, CustomStringConvertible {
    /// What the exit code says (`ExitStatus`).
    public enum Kind: Sendable { case input, output, unavailable }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }
}
