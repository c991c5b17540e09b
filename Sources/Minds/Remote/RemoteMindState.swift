// Whether a remote mind's server is there.

internal import Basics
public import Dialogue

/// What its server says to a request for its models.
public enum RemoteMindState: Hashable, Sendable {
    /// It is there, and has the model, or does not list models.
    case ready
    /// It lists models, of which this is the first, but not ours.
    case lacksModel(instead: String)
    case failed(MindFailure)

    /// A sentence for the operator; nil when all is well.
    public var warning: String? {
        switch self {
        case .ready: nil
        case .lacksModel(let other):
            "The mind's server does not list the model of --mind-model; it has \(other), for example."
        case .failed(let failure): failure.message
        }
    }
}
