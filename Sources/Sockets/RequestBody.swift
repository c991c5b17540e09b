// Reads a request's body, by length or in chunks (RFC 9112 §6, §7.1).

/// Collects a body's bytes as they arrive.
struct RequestBody: Hashable, Sendable {
    private enum Framing: Hashable, Sendable {
        case length(Int)
        case size, chunk(Int), chunkEnd, trailers, done
    }

    private static let sizeLineBytesMax = 256, trailerBytesMax = 4096

    private(set) var bytes: [UInt8] = []
    /// Whether the client waits for 100 Continue before it sends the body.
    let isAwaited: Bool
    private let bytesMax: Int
    private var framing: Framing
    /// An incomplete chunk-size or trailer line.
    private var line: [UInt8] = []
    private var trailerBytes = 0

    /// Takes the framing from the head. Two lengths, or a length beside chunks, are refused: requests could be smuggled past a
    /// proxy in that way (RFC 9112 §11.2).
    init(_ head: RequestHead, bytesMax: Int) throws(HTTPRefusal) {
        self.bytesMax = bytesMax
        let codings = head.list("transfer-encoding").map { $0.lowercased() },
            lengths = head.headers["content-length"] ?? []
        guard codings.isEmpty || lengths.isEmpty && !head.isHTTP10 else {
            throw .bad("Content-Length and Transfer-Encoding exclude each other.")
        }
        guard codings.isEmpty || codings == ["chunked"] else {
            throw HTTPRefusal(status: 501, message: "The only Transfer-Encoding here is chunked.")
        }
        guard lengths.count <= 1 else { throw .bad("The Content-Length is told twice.") }
        let length = try lengths.first.map { (text) throws(HTTPRefusal) in try Self.length(text, bytesMax) } ?? 0
        framing = codings.isEmpty ? .length(length) : .size
        let expectations = head.list("expect").map { $0.lowercased() }
        guard expectations.allSatisfy({ $0 == "100-continue" }) else {
            throw HTTPRefusal(status: 417, message: "What the request expects is not known here.")
        }
        isAwaited = !expectations.isEmpty && !head.isHTTP10 && framing != .length(0)
    }

    private static func length(_ text: String, _ bytesMax: Int) throws(HTTPRefusal) -> Int {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .bad("The Content-Length is no number.")
        }
        guard let length = Int(text), length <= bytesMax else { throw tooLong(bytesMax) }
        return length
    }

    private static func tooLong(_ bytesMax: Int) -> HTTPRefusal {
        HTTPRefusal(status: 413, message: "The body is longer than \(bytesMax) bytes.")
    }

    /// Reads `source` from `at` on. Returns true when the body is complete.
    mutating func take(_ source: [UInt8], from at: inout Int) throws(HTTPRefusal) -> Bool {
        while true {
            switch framing {
            case .done: return true
            case .length(let left):
                let taken = copy(left, source, &at)
                framing = taken == left ? .done : .length(left - taken)
                if taken < left { return false }
            case .chunk(let left):
                let taken = copy(left, source, &at)
                framing = taken == left ? .chunkEnd : .chunk(left - taken)
                if taken < left { return false }
            case .chunkEnd:
                guard let line = try line(source, &at, max: 2) else { return false }
                guard line.isEmpty else { throw .bad("A chunk is longer than it says.") }
                framing = .size
            case .size:
                guard let line = try line(source, &at, max: Self.sizeLineBytesMax) else { return false }
                framing = try size(line)
            case .trailers:
                guard let line = try line(source, &at, max: Self.trailerBytesMax) else { return false }
                trailerBytes += line.count + 2
                guard trailerBytes <= Self.trailerBytesMax else { throw .bad("The trailers are too long.") }
                if line.isEmpty { framing = .done }
            }
        }
    }

    private mutating func copy(_ count: Int, _ source: [UInt8], _ at: inout Int) -> Int {
        let taken = min(count, source.count - at)
        bytes += source[at..<at + taken]
        at += taken
        return taken
    }

    /// The next line without its terminator. Nil if it is incomplete.
    private mutating func line(_ source: [UInt8], _ at: inout Int, max: Int) throws(HTTPRefusal) -> [UInt8]? {
        while at < source.count {
            line.append(source[at])
            at += 1
            guard line.count <= max else { throw .bad("A chunk's size is none.") }
            guard line.last == 10 else { continue }
            guard line.count > 1, line[line.count - 2] == 13 else { throw .bad("A line does not end with CR LF.") }
            defer { line = [] }
            return Array(line.dropLast(2))
        }
        return nil
    }

    /// Parses hexadecimal digits and ignores chunk extensions (after a semicolon).
    private func size(_ line: [UInt8]) throws(HTTPRefusal) -> Framing {
        let isSpace = { (c: UInt8) in c == 0x20 || c == 9 }
        let digits = line.prefix { $0 != UInt8(ascii: ";") }.reversed().drop(while: isSpace).reversed()
            .map(RequestHead.digit)
        guard (1...8).contains(digits.count), !digits.contains(nil), line.allSatisfy({ $0 >= 0x20 || $0 == 9 }) else {
            throw .bad("A chunk's size is none.")
        }
        let size = digits.reduce(0) { $0 << 4 | Int($1!) }
        guard bytes.count + size <= bytesMax else { throw Self.tooLong(bytesMax) }
        return size == 0 ? .trailers : .chunk(size)
    }
}
