// The recorded input of a switchboard, in order: enough to reproduce its samples and decisions.

public import Basics

/// One input of a switchboard, or a fingerprint of its output.
public enum TapeEntry: Sendable {
    case event(LinkEvent, at: Instant)
    case tick(at: Instant)
    case settle(at: Instant)
    /// What the last step cost in nanoseconds (`Engine.chargeStep`).
    case took(Int64)
    /// A reading of the meter: processor time in seconds so far.
    case work(Double)
    /// A random number.
    case chance(UInt64)
    /// The fingerprint of all actions so far.
    case actions(UInt64)
}

/// How the switchboard was set up.
public struct TapeHeader: Hashable, Sendable {
    /// The first bytes of every tape, with the format's version.
    static let magic = Array("DUETTAPE1\n".utf8)

    /// Values by name, as text: `model`, `weights`, `slots`, and so on.
    public var fields: [String: String]
    /// When the engine started.
    public var start: Instant

    public init(fields: [String: String], start: Instant) { (self.fields, self.start) = (fields, start) }
}

/// A tape cannot be read, or its replay differs from the recording.
public struct TapeError: Error, Hashable, CustomStringConvertible {
    public let description: String
    /// The recording ends in the middle of an entry.
    static let cutShort = TapeError("cut short")
    public init(_ description: String) { self.description = description }
}
