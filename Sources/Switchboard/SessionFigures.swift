// What a session came to, for the line that the log has of it.

internal import Dialogue

/// A session's turns and how soon it was answered. It takes no more memory than its last answers.
public struct SessionFigures: Hashable, Sendable {
    /// Turns of the user that ended.
    public private(set) var turns = 0
    /// Answers that began, and those among them that stopped early: interrupted, or broken off.
    public private(set) var answers = 0, stops = 0
    /// Seconds; nil where no answer could be measured.
    public private(set) var latencyMax: Double?
    /// Seconds of the last answers.
    private var latencies: [Double] = []
    private var measured = 0

    /// Answers whose median is told.
    static let latenciesMax = 256

    mutating func note(_ action: EngineAction) {
        switch action {
        case .userEnd: turns += 1
        case .speaking: answers += 1
        case .interrupted: stops += 1
        default: break
        }
    }

    /// An answer began so many seconds after the last loud input.
    mutating func answered(after seconds: Double) {
        if measured < Self.latenciesMax {
            latencies.append(seconds)
        } else {
            latencies[measured % Self.latenciesMax] = seconds
        }
        measured += 1
        latencyMax = max(latencyMax ?? 0, seconds)
    }

    /// Of the last 256 answers, in seconds: the upper of two in the middle.
    public var latencyMedian: Double? { latencies.isEmpty ? nil : latencies.sorted()[latencies.count / 2] }
}
