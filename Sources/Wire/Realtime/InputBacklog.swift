// Audio that came faster than it is spoken, and what is to be done behind it: a file sent at once is heard as it sounds.

internal import Basics

/// A client's input on its way to the engine, in order.
struct InputBacklog {
    private enum Entry {
        case audio([Float])
        /// Slices to let pass.
        case pause(Int)
        case action(ClientAction)
    }

    /// How far the engine's input may be ahead of its slices, in samples: what comes unevenly is taken as it comes.
    private static let aheadMax = 240 * SampleTime.rate / 1000
    /// Audio that may wait, in samples: half a minute.
    static let samplesMax = 30 * SampleTime.rate
    /// Silence that waits is cut to this, so that the conversation catches up with the clock.
    private static let silenceMax = 240 * SampleTime.rate / 1000
    private static let loudness: Float = 0.01

    private var entries: [Entry] = []
    private var ahead = 0
    /// Samples of silence that were let through one after the other.
    private var silence = 0
    /// Samples that wait.
    private(set) var count = 0

    /// Audio that came. Returns what is heard at once. Nil when too much waits: none of it is taken.
    mutating func hear(_ samples: [Float]) -> [ClientAction]? {
        if entries.isEmpty, ahead + samples.count <= Self.aheadMax {
            ahead += samples.count
            return [.audio(samples)]
        }
        guard count + samples.count <= Self.samplesMax else { return nil }
        // In pieces that a slice takes.
        let piece = SampleTime.rate / 50
        for start in stride(from: 0, to: samples.count, by: piece) {
            entries.append(.audio(Array(samples[start..<min(start + piece, samples.count)])))
        }
        count += samples.count
        return release()
    }

    /// What is to be done when what came so far has been heard, and `slices` more.
    mutating func then(_ action: ClientAction, after slices: Int = 0) -> [ClientAction] {
        if slices > 0 { entries.append(.pause(slices)) }
        guard !entries.isEmpty else { return [action] }
        entries.append(.action(action))
        return []
    }

    /// Forgets the audio that waits.
    mutating func clear() {
        entries.removeAll { if case .audio = $0 { true } else { false } }
        count = 0
    }

    /// A slice of `samples` has passed.
    mutating func advance(_ samples: Int) -> [ClientAction] {
        ahead = max(0, ahead - samples)
        guard !entries.isEmpty else { return [] }
        if case .pause(let slices) = entries[0] {
            if slices > 1 { entries[0] = .pause(slices - 1) } else { entries.removeFirst() }
        }
        return release()
    }

    private mutating func release() -> [ClientAction] {
        var actions: [ClientAction] = [], done = 0
        loop: for entry in entries {
            switch entry {
            case .pause: break loop
            case .action(let action): actions.append(action)
            case .audio(let samples):
                if isLongSilence(samples) {
                    count -= samples.count
                } else {
                    guard ahead + samples.count <= Self.aheadMax else { break loop }
                    ahead += samples.count
                    count -= samples.count
                    actions.append(.audio(samples))
                }
            }
            done += 1
        }
        entries.removeFirst(done)
        return actions
    }

    private mutating func isLongSilence(_ samples: [Float]) -> Bool {
        guard samples.allSatisfy({ abs($0) < Self.loudness }) else {
            silence = 0
            return false
        }
        // Counted when it is let through: a piece may be asked about several times.
        if silence >= Self.silenceMax { return true }
        if ahead + samples.count <= Self.aheadMax { silence += samples.count }
        return false
    }
}
