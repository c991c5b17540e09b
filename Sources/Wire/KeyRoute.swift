// Short-lived keys, as a protocol lets a client's server ask for them.

/// A path to which such a request is posted.
public struct KeyRoute: Sendable {
    public let path: String
    /// What is asked for. `model` is the server's.
    public let read: @Sendable (_ body: [UInt8], _ model: String) throws(KeyRefusal) -> any KeyRequest
}

/// A request for a key.
public protocol KeyRequest {
    /// How long the key is to live.
    var seconds: Int { get }
    /// What the session of who shows it is to be, as JSON.
    var session: String { get }
    /// The answer's fields. `expires` in seconds since 1970.
    func answer(value: String, expires: Int) -> [(String, JSONText)]
}

/// Why there is none.
public struct KeyRefusal: Error {
    public let code: String
    /// The field that is at fault, if it is one.
    public let param: String?
    public let message: String
}
