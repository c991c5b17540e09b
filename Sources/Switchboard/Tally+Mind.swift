// Counts what minds do.

internal import Basics
internal import Dialogue

extension Tally {
    /// The counter for an action that concerns a mind.
    init?(mind action: EngineAction) {
        switch action {
        case .mind(_, .answer): self = .mindAnswers
        case .mind(_, .rollback): self = .mindRollbacks
        case .mindFailed: self = .mindFailures
        case .call: self = .mindCalls
        default: return nil
        }
    }
}
