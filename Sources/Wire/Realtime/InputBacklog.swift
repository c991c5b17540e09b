// Audio that came faster than it is spoken: a file sent at once is heard as it sounds.

internal import Basics

/// A client's input on its way to the engine.
struct InputBacklog {
    /// How far the engine's input may be ahead of its slices, in samples: what comes unevenly is taken as it comes.
    private static let aheadMax = 240 * SampleTime.rate / 1000
    /// Audio that may wait, in samples: half a minute.
    static let samplesMax = 30 * SampleTime.rate
    /// Silence that waits is cut to this, so that the conversation catches up with the clock.
    private static let silenceMax = 240 * SampleTime.rate / 1000
    static let loudness: Float = 0.01
    /// Samples that are let go together, 20 ms.
    private static let piece = SampleTime.rate / 50

    private var pieces: [[Float]] = []
    private var ahead = 0
    /// Samples of silence that were let go one after the other.
    private var silence = 0
    /// Samples that wait.
    private(set) var count = 0

    var isEmpty: Bool { pieces.isEmpty }

    func hasRoom(for samples: Int) -> Bool { count + samples <= Self.samplesMax }

    /// Audio that came. Returns whether it is heard at once; otherwise it waits.
    mutating func hear(_ samples: [Float]) -> Bool {
        if pieces.isEmpty, ahead + samples.count <= Self.aheadMax {
            ahead += samples.count
            return true
        }
        for start in stride(from: 0, to: samples.count, by: Self.piece) {
            pieces.append(Array(samples[start..<min(start + Self.piece, samples.count)]))
        }
        count += samples.count
        return false
    }

    /// Forgets what waits.
    mutating func clear() {
        pieces.removeAll()
        count = 0
    }

    /// A slice of `samples` has passed. Returns what is heard now.
    mutating func advance(_ samples: Int) -> [[Float]] {
        ahead = max(0, ahead - samples)
        return pieces.isEmpty ? [] : release()
    }

    private mutating func release() -> [[Float]] {
        var heard: [[Float]] = [], done = 0
        for samples in pieces {
            let isSilent = samples.allSatisfy { abs($0) < Self.loudness }
            if !isSilent || silence < Self.silenceMax {
                guard ahead + samples.count <= Self.aheadMax else { break }
                ahead += samples.count
                silence = isSilent ? silence + samples.count : 0
                heard.append(samples)
            }
            count -= samples.count
            done += 1
        }
        pieces.removeFirst(done)
        return heard
    }
}
