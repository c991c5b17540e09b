// Parses requests out of a connection's bytes: a value without a socket or a clock (RFC 9112).
//
//   bytes ─▶ append ─▶ head ─▶ body, by length or in chunks ─▶ next ─▶ request, or why there is none

/// Reads pipelined requests, one at a time.
struct RequestReader: Sendable {
    enum Event: Hashable, Sendable {
        /// More bytes are needed.
        case nothing
        /// The client waits for 100 Continue before it sends the body (RFC 9110 §10.1.1).
        case proceed
        case request(RequestHead, body: [UInt8])
        /// The last event: without valid framing, the next request cannot be found.
        case refused(HTTPRefusal)
    }

    /// What is being read.
    enum Phase: Hashable, Sendable { case idle, head, body }

    private enum State: Sendable {
        case head
        case body(RequestHead, RequestBody)
        case refused(HTTPRefusal)
    }

    /// The default is 16 KiB.
    static let headBytesMax = 16 << 10

    private let bodyBytesMax: Int
    private var state = State.head
    private var bytes: [UInt8] = []
    /// Bytes before this index have been consumed.
    private var start = 0
    /// How far the head has been scanned, and where its lines end.
    private var looked = 0
    private var ends: [Int] = []

    init(bodyBytesMax: Int) { self.bodyBytesMax = bodyBytesMax }

    var phase: Phase {
        switch state {
        case .head: bytes.count > start ? .head : .idle
        case .body, .refused: .body
        }
    }

    /// Whether there are bytes that no event has reported yet.
    var hasBytes: Bool { bytes.count > start }

    mutating func append(_ more: some Sequence<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            looked -= start
            ends = ends.map { $0 - start }
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Takes all bytes after the last request.
    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { start = bytes.count }
        return bytes[start...]
    }

    mutating func next() -> Event {
        do throws(HTTPRefusal) {
            switch state {
            case .refused(let why): return .refused(why)
            case .head:
                guard let head = try head() else { return .nothing }
                let body = try RequestBody(head, bytesMax: bodyBytesMax)
                state = .body(head, body)
                return body.isAwaited && !hasBytes ? .proceed : try self.body(head, body)
            case .body(let head, let body): return try self.body(head, body)
            }
        } catch {
            state = .refused(error)
            return .refused(error)
        }
    }

    // MARK: Head

    private mutating func head() throws(HTTPRefusal) -> RequestHead? {
        looked = max(looked, start)
        while looked < bytes.count {
            let at = looked
            looked += 1
            if at == start, !RequestHead.token[Int(bytes[at])], bytes[at] != 13, bytes[at] != 10 {
                throw .bad("This is no HTTP.")
            }
            guard at - start < Self.headBytesMax else {
                throw HTTPRefusal(status: 431, message: "The head is longer than \(Self.headBytesMax) bytes.")
            }
            guard bytes[at] == 10 else { continue }
            guard at > start, bytes[at - 1] == 13 else { throw .bad("A line does not end with CR LF.") }
            if let head = try line(endingAt: at) { return head }
        }
        return nil
    }

    /// Nil unless this is the empty line that ends the head.
    private mutating func line(endingAt at: Int) throws(HTTPRefusal) -> RequestHead? {
        guard at - 1 == (ends.last.map { $0 + 1 } ?? start) else {
            ends.append(at)
            return nil
        }
        defer { (start, ends) = (at + 1, []) }
        // Empty lines before a request are skipped (RFC 9112 §2.2).
        guard !ends.isEmpty else { return nil }
        let begins = [start] + ends.dropLast().map { $0 + 1 }
        return try RequestHead(lines: zip(begins, ends).lazy.map { [bytes] in bytes[$0..<$1 - 1] })
    }

    // MARK: Body

    private mutating func body(_ head: RequestHead, _ body: RequestBody) throws(HTTPRefusal) -> Event {
        // Releases the state's copy, so that the body grows in place.
        var body = body
        state = .head
        let isWhole = try body.take(bytes, from: &start)
        guard isWhole else {
            state = .body(head, body)
            return .nothing
        }
        looked = start
        return .request(head, body: body.bytes)
    }
}
