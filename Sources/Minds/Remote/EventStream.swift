// Reads server-sent events, the form in which an answer is streamed.

internal import Basics
internal import Dialogue

/// A parser of `text/event-stream` (WHATWG HTML §9.2) that may be given its input in pieces, cut at any byte. It keeps the data of
/// events alone.
struct EventStream: Hashable, Sendable {
    /// Of a line, and of the data of one event.
    static let lineBytesMax = 1 << 20
    static let eventsMax = 32768
    /// Of everything, comments included.
    static let bytesMax = 8 << 20

    private var line: [UInt8] = []
    private var data: [UInt8]?
    private var isAfterReturn = false, isFirstLine = true
    private var bytes = 0, events = 0

    /// Appends the data of each event that ends in `piece`.
    mutating func read(_ piece: some Sequence<UInt8>, into found: inout [String]) throws(MindFailure) {
        for byte in piece {
            bytes += 1
            guard bytes <= Self.bytesMax else { throw .tooMuch("more than \(Self.bytesMax >> 20) MiB for one answer") }
            try take(byte, &found)
        }
    }

    /// Lines end with CR LF, LF or CR.
    private mutating func take(_ byte: UInt8, _ found: inout [String]) throws(MindFailure) {
        defer { isAfterReturn = byte == UInt8(ascii: "\r") }
        switch byte {
        case UInt8(ascii: "\n") where isAfterReturn: break
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): try endLine(&found)
        default:
            guard line.count < Self.lineBytesMax else { throw .tooMuch("a line above \(Self.lineBytesMax >> 20) MiB") }
            line.append(byte)
        }
    }

    private mutating func endLine(_ found: inout [String]) throws(MindFailure) {
        if isFirstLine, line.starts(with: [0xef, 0xbb, 0xbf]) { line.removeFirst(3) }
        isFirstLine = false
        if line.isEmpty { try endEvent(&found) } else { try field() }
        line.removeAll(keepingCapacity: true)
    }

    /// A comment begins with a colon. Fields other than `data` say nothing that chat completions need.
    private mutating func field() throws(MindFailure) {
        guard line.starts(with: "data".utf8), line.count == 4 || line[4] == UInt8(ascii: ":") else { return }
        var value = line.dropFirst(5)
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        let old = data?.count ?? 0
        guard old + value.count < Self.lineBytesMax else {
            throw .tooMuch("an event above \(Self.lineBytesMax >> 20) MiB")
        }
        if data != nil { data!.append(UInt8(ascii: "\n")) }
        data = (data ?? []) + value
    }

    /// An event without data is none.
    private mutating func endEvent(_ found: inout [String]) throws(MindFailure) {
        guard let data else { return }
        events += 1
        guard events <= Self.eventsMax else { throw .tooMuch("more than \(Self.eventsMax) events for one answer") }
        found.append(String(decoding: data, as: UTF8.self))
        self.data = nil
    }
}

extension MindFailure {
    static func tooMuch(_ what: String) -> MindFailure { MindFailure(.malformed, "The mind's server sent \(what).") }
}
