// What is wrong with a remote mind's options, found at start.

/// Each case says what to do.
public enum RemoteMindError: Error, Hashable, Sendable, CustomStringConvertible {
    case notHTTP, noHost, port, userInfo, queryOrFragment, character
    case key, model, milliseconds(String), libcurl

    public var description: String {
        switch self {
        case .notHTTP: "A remote mind's address begins with http:// or https://, such as http://127.0.0.1:8000/v1."
        case .noHost: "The mind's address has no host; write it like http://127.0.0.1:8000/v1."
        case .port: "The port in the mind's address must be a number from 1 to 65535."
        case .userInfo: "The mind's address must not hold a user or a password; put the key into DUET_MIND_KEY."
        case .queryOrFragment:
            "The mind's address must not have a query or a fragment (? or #); it ends with /v1 on most servers."
        case .character: "The mind's address has a space or another character that an address cannot have."
        case .key: "DUET_MIND_KEY must be one word of visible ASCII characters."
        case .model: "A remote mind needs the name of its model: --mind-model NAME."
        case .milliseconds(let name): "\(name) must be between 1 and 600000 milliseconds."
        case .libcurl: "libcurl cannot be initialised; check that this system's libcurl works."
        }
    }
}
