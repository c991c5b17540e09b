// What a switchboard was given, in order: enough to run it again to the same samples and decisions.

public import Basics

/// One thing that came into a switchboard, or a mark of what came out.
public enum TapeEntry: Sendable {
    case event(LinkEvent, at: Instant)
    case tick(at: Instant)
    case settle(at: Instant)
    /// What the last step cost in nanoseconds (`Engine.took`).
    case took(Int64)
    /// A reading of the meter: processor time in seconds so far.
    case work(Double)
    /// A random number.
    case chance(UInt64)
    /// The fingerprint of all actions so far.
    case actions(UInt64)
}

/// What a switchboard was made of.
public struct TapeHeader: Hashable, Sendable {
    /// The first bytes of every tape, with the format's version.
    static let magic = Array("DUETTAPE1\n".utf8)

    /// Field by name, as text: `model`, `weights`, `slots`, and so on.
    public var fields: [String: String]
    /// When the engine began.
    public var start: Instant

    public init(fields: [String: String], start: Instant) { (self.fields, self.start) = (fields, start) }
}

/// A tape that cannot be read, or does not lead where it led before.
public struct TapeError: Error, Hashable, CustomStringConvertible {
    public let description: String
    /// The end of a recording that was cut off.
    static let cutShort = TapeError("cut short")
    public init(_ description: String) { self.description = description }
}
