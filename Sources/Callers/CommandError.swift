// An error that ends a command: one sentence for the operator, and an exit code.

/// An error that the operator can fix.
public struct CommandError: Error, Hashable, CustomStringConvertible {
    /// Selects the exit code (`ExitStatus`).
    public enum Kind: Sendable { case input, output, unavailable }

    public let kind: Kind
    public let description: String

    public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }
}
