// Where a remote mind is, and how long it is waited for.

/// How to reach a server of OpenAI's chat completions, and what to ask of it.
public struct RemoteMindOptions: Sendable {
    /// Without a slash at its end; `/chat/completions` and `/models` are below it.
    public let address: String
    public let model: String
    public var key: MindKey?
    /// The file of certificates to trust; nil for the system's.
    public var certificateFile: String?

    /// Until the connection stands, TLS included.
    public var connectMilliseconds: Int64 = 3000
    /// From the request to the answer's first words, a second try included.
    public var firstTokenMilliseconds: Int64 = 15_000
    /// Between two events of an answer that has begun.
    public var betweenTokensMilliseconds: Int64 = 10_000
    /// From the request to the answer's end.
    public var answerMilliseconds: Int64 = 120_000
    /// A server that asks for a longer pause before the second try is not tried again.
    public var patienceMilliseconds: Int64 = 2000

    /// Whether provisional answers are sent at once; otherwise their requests wait for `commit`. The default sends one request a turn.
    public var speculates = false
    /// Sent as `max_tokens`. The default leaves it to the server.
    public var tokensMax: Int?
    /// Sent as `temperature`. The default leaves it to the server.
    public var temperature: Double?
    /// For sessions that give none.
    public var instructions =
        "You are a voice assistant. What you write is spoken aloud: answer in one or two short sentences, without lists, markup or emoji."
    /// Sessions beyond that find no room.
    public var sessionsMax = 1024

    /// `address` is the base URL that OpenAI's clients take, such as `http://127.0.0.1:8000/v1`.
    public init(address: String, model: String) throws(RemoteMindError) {
        self.address = try Self.base(of: address)
        guard !model.allSatisfy(\.isWhitespace) else { throw .model }
        self.model = model
    }

    /// With the key from `DUET_MIND_KEY` and the certificates from `SSL_CERT_FILE`.
    public init(address: String, model: String, environment: [String: String]) throws(RemoteMindError) {
        try self.init(address: address, model: model)
        if let secret = environment["DUET_MIND_KEY"], !secret.isEmpty { key = try MindKey(secret) }
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty { certificateFile = file }
    }

    /// Throws at the first time that is out of range.
    public func check() throws(RemoteMindError) {
        let times = [
            ("connect", connectMilliseconds), ("first token", firstTokenMilliseconds),
            ("between tokens", betweenTokensMilliseconds), ("answer", answerMilliseconds),
            ("patience", patienceMilliseconds),
        ]
        for (name, time) in times where !(1...600_000).contains(time) {
            throw .milliseconds("The mind's time for \(name)")
        }
    }

    var completions: String { address + "/chat/completions" }
    var models: String { address + "/models" }

    // MARK: The address (RFC 3986 §3)

    private static func base(of address: String) throws(RemoteMindError) -> String {
        guard let scheme = ["http://", "https://"].first(where: { address.lowercased().hasPrefix($0) }) else {
            throw .notHTTP
        }
        guard address.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            throw .character
        }
        guard !address.contains(where: { "?#".contains($0) }) else { throw .queryOrFragment }
        let rest = address.dropFirst(scheme.count)
        try check(authority: rest.prefix { $0 != "/" })
        var base = scheme + rest
        for ending in ["/chat/completions/", "/chat/completions"] where base.hasSuffix(ending) {
            base.removeLast(ending.count)
        }
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }

    private static func check(authority: Substring) throws(RemoteMindError) {
        guard !authority.contains("@") else { throw .userInfo }
        // An IPv6 address stands in brackets and has colons of its own.
        let end = authority.lastIndex(of: "]").map { authority.index(after: $0) } ?? authority.firstIndex(of: ":")
        let host = authority[..<(end ?? authority.endIndex)], port = authority[(end ?? authority.endIndex)...]
        guard !host.isEmpty, host != "[]" else { throw .noHost }
        guard port.isEmpty || (port.first == ":" && (1...65535).contains(Int(port.dropFirst()) ?? 0)) else {
            throw .port
        }
    }
}
