// A session's statistics, for its line in the log.

internal import Dialogue

/// A session's turns and response latencies. Memory is bounded by `latenciesMax`.
public struct SessionFigures: Hashable, Sendable {
    /// Turns that the user finished.
    public private(set) var turns = 0
    /// Answers that began, and how many of them stopped early: interrupted, or broken off.
    public private(set) var answers = 0, stops = 0
    /// In seconds; nil if no answer could be measured.
    public private(set) var latencyMax: Double?
    /// In seconds, of the last `latenciesMax` answers.
    private var latencies: [Double] = []
    private var measured = 0

    /// Number of answers that the median covers.
    static let latenciesMax = 256

    mutating func note(_ action: EngineAction) {
        switch action {
        case .userEnd: turns += 1
        case .speaking: answers += 1
        case .interrupted: stops += 1
        default: break
        }
    }

    /// An answer began this many seconds after the last loud input.
    mutating func answered(after seconds: Double) {
        if measured < Self.latenciesMax {
            latencies.append(seconds)
        } else {
            latencies[measured % Self.latenciesMax] = seconds
        }
        measured += 1
        latencyMax = max(latencyMax ?? 0, seconds)
    }

    /// Of the last 256 answers, in seconds; the upper of the two middle values if their number is even.
    public var latencyMedian: Double? { latencies.isEmpty ? nil : latencies.sorted()[latencies.count / 2] }
}
