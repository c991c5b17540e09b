// Replays a tape.

internal import Basics
public import Dialogue
internal import Wire

/// Gives a switchboard the recorded input, and compares its output with the recorded fingerprints.
public final class TapeReplay {
    /// Returns the recorded meter readings and random numbers.
    private final class Source: RandomNumberGenerator {
        var entries: TapeReader
        /// The first difference from the recording.
        var fault: TapeError?
        /// Whether the recording ended before the switchboard had all that it asked for.
        var hasEnded = false
        /// For what nobody sees any more.
        private var random = Random(seed: 0)
        /// The last reading of the meter.
        private var seconds = 0.0

        init(_ entries: TapeReader) { self.entries = entries }

        func next() -> UInt64 {
            let entry = entry()
            if case .chance(let number)? = entry { return number }
            if hasEnded { return random.next() }
            fault = fault ?? TapeError("another draws no random number here")
            return 0
        }

        func work() -> Double {
            let entry = entry()
            if case .work(let reading)? = entry {
                seconds = reading
            } else if !hasEnded {
                fault = fault ?? TapeError("another does not read the meter here")
            }
            return seconds
        }

        private func entry() -> TapeEntry? {
            do {
                let entry = try entries.next()
                hasEnded = entry == nil
                return entry
            } catch { fault = fault ?? error }
            return nil
        }
    }

    private let board: Switchboard
    private let source: Source
    private var actions: [SwitchboardAction] = []
    private var fingerprint = ActionFingerprint()
    /// Time of the last event or tick, in seconds since the engine started.
    public private(set) var seconds = 0.0
    private let start: Instant

    /// The model, limits and rules must be those of the recording.
    public init(_ tape: TapeReader, model: any Model, limits: Limits, rules: Switchboard.Rules) throws {
        let source = Source(tape)
        (self.source, start) = (source, tape.header.start)
        board = Switchboard(
            engine: try Engine(model: model, limits: limits, start: start), model: model, rules: rules, random: source,
            meter: source.work)
    }

    /// Receives everything that the engine does, as far as the recording determines it.
    public var witness: ((EngineAction) -> Void)? {
        didSet {
            let source = source, witness = witness
            board.witness = { if !source.hasEnded { witness?($0) } }
        }
    }

    /// At the end: whether the recording does not reach the server's end. It was full, its server was killed, or still runs.
    public var isCutOff: Bool { source.hasEnded || !board.isStopped }

    /// Runs the next entry. Returns false at the end, which may be in the middle of what an entry causes.
    public func step() throws(TapeError) -> Bool {
        guard let entry = try source.entries.next() else { return false }
        switch entry {
        case .event(let event, let at):
            pass(at)
            board.deliver(event, at: at)
        case .tick(let at):
            pass(at)
            _ = board.tick(at: at)
        case .settle(let at): board.settle(at: at)
        case .took(let nanoseconds): board.engine.chargeStep(nanoseconds: nanoseconds)
        case .actions(let expected): try compare(expected)
        case .work, .chance: throw TapeError("nobody asks for what was measured or drawn at \(seconds) s")
        }
        if let fault = source.fault { throw TapeError("\(fault.description), at \(seconds) s") }
        return !source.hasEnded
    }

    private func pass(_ at: Instant) { seconds = Double(at.since(start)) * 1e-9 }

    private func compare(_ expected: UInt64) throws(TapeError) {
        board.drain(into: &actions)
        for action in actions { fingerprint.add(action) }
        guard fingerprint.value == expected else {
            throw TapeError("what is done at \(seconds) s is not what was done")
        }
    }
}

/// A fingerprint of all actions of a switchboard, including message contents.
public struct ActionFingerprint: Sendable {
    private var fingerprint = Fingerprint()

    public init() {}

    public var value: UInt64 { fingerprint.value }

    public mutating func add(_ action: SwitchboardAction) {
        guard case .send(let link, let messages) = action else { return fingerprint.add("\(action)") }
        fingerprint.add(UInt64(link))
        for message in messages {
            switch message {
            case .text(let text): fingerprint.add(text)
            case .binary(let bytes): for byte in bytes { fingerprint.add(byte) }
            case .close(let code, let reason):
                fingerprint.add(UInt64(code))
                fingerprint.add(reason)
            }
        }
    }
}
