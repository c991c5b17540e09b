// Short-lived keys, as a protocol lets a client's server request them.

/// A path that accepts such requests by POST.
public struct KeyRoute: Sendable {
    public let path: String
    /// Parses a request. `model` is the server's.
    public let read: @Sendable (_ body: [UInt8], _ model: String) throws(KeyRefusal) -> any KeyRequest
}

/// A request for a key.
public protocol KeyRequest {
    /// How long the key is valid.
    var seconds: Int { get }
    /// The settings of the session that the key opens, as JSON.
    var session: String { get }
    /// The answer's fields. `expires` is in seconds since 1970.
    func answer(value: String, expires: Int) -> [(String, JSONText)]
}

/// Why no key is issued.
public struct KeyRefusal: Error {
    public let code: String
    /// The field at fault, if any.
    public let param: String?
    public let message: String
}
