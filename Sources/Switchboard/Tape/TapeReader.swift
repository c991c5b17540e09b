// Reads a tape. One that was cut short ends with its last complete entry.

internal import Basics
internal import Dialogue
internal import Wire

public struct TapeReader: Sendable {
    public let header: TapeHeader
    private let bytes: [UInt8]
    private var at = 0

    public init(_ bytes: [UInt8]) throws(TapeError) {
        guard bytes.starts(with: TapeHeader.magic) else { throw TapeError("this is no tape, or another version's") }
        (self.bytes, at) = (bytes, TapeHeader.magic.count)
        var fields: [String: String] = [:]
        var cursor = Cursor(bytes, at)
        for _ in 0..<(try cursor.count()) { fields[try cursor.text()] = try cursor.text() }
        header = TapeHeader(fields: fields, start: try cursor.instant())
        at = cursor.at
    }

    /// Nil at the end, and where the recording was cut off in the middle of an entry.
    public mutating func next() throws(TapeError) -> TapeEntry? {
        var cursor = Cursor(bytes, at)
        do {
            let entry = try cursor.entry()
            at = cursor.at
            return entry
        } catch TapeError.cutShort { return nil }
    }
}

/// Reads values one after the other.
private struct Cursor {
    private let bytes: [UInt8]
    private(set) var at: Int

    init(_ bytes: [UInt8], _ at: Int) { (self.bytes, self.at) = (bytes, at) }

    mutating func entry() throws(TapeError) -> TapeEntry {
        switch try byte() {
        case 0:
            let at = try instant()
            return .event(try event(), at: at)
        case 1: return .tick(at: try instant())
        case 2: return .settle(at: try instant())
        case 3: return .took(Int64(bitPattern: try number()))
        case 4: return .work(Double(bitPattern: try number()))
        case 5: return .chance(try number())
        case 6: return .actions(try number())
        default: throw TapeError("an unknown entry")
        }
    }

    private mutating func event() throws(TapeError) -> LinkEvent {
        let kind = try byte(), link = try integer()
        switch kind {
        case 0: return .opened(link, try request())
        case 1:
            let request = try request()
            return .returned(link, request, session: try text())
        case 2: return .text(link, try text())
        case 3: return .binary(link, try data())
        case 4: return .flooded(link)
        case 5:
            let count = try integer()
            return .unsent(link, count: count, isOpen: try byte() == 1)
        case 6: return .crowded(link, try byte() == 1)
        case 7: return .closed(link, code: UInt16(exactly: try integer()))
        case 8: return .full
        case 9: return .draining(until: try instant())
        case 10: return .stop
        case 11:
            let generation = UInt32(truncatingIfNeeded: try integer())
            return .mind(Slot(index: link, generation: generation), try mindEvent())
        case 12:
            let generation = UInt32(truncatingIfNeeded: try integer())
            return .recognised(
                Slot(index: link, generation: generation), id: try integer(), text: try text())
        default: throw TapeError("an unknown event")
        }
    }

    private mutating func mindEvent() throws(TapeError) -> MindEvent {
        let kind = try byte(), number = try integer()
        switch kind {
        case 0: return .words(answer: number, try text())
        case 1: return .call(answer: number, ToolCall(id: try text(), name: try text(), arguments: try text()))
        case 2:
            guard let end = MindEnd(rawValue: try text()) else { throw TapeError("an unknown end of an answer") }
            return .end(answer: number, end)
        case 3: return .likelihood(probe: number, Float(bitPattern: UInt32(truncatingIfNeeded: try self.number())))
        case 4:
            guard let kind = MindFailure.Kind(rawValue: try text()) else { throw TapeError("an unknown failure") }
            return .failed(answer: number, MindFailure(kind, try text()))
        default: throw TapeError("an unknown event of a mind")
        }
    }

    private mutating func request() throws(TapeError) -> UpgradeRequest {
        var request = UpgradeRequest(path: try text(), query: try text(), remote: try text())
        for _ in 0..<(try count()) { request.subprotocols.append(try text()) }
        for _ in 0..<(try count()) { request.headers[try text()] = try text() }
        let hasSession = try byte() == 1, session = try text(), seconds = try integer()
        (request.session, request.secondsMax) = (hasSession ? session : nil, seconds < 0 ? nil : seconds)
        request.arrived = Int64(bitPattern: try number())
        return request
    }

    mutating func byte() throws(TapeError) -> UInt8 {
        guard at < bytes.count else { throw .cutShort }
        defer { at += 1 }
        return bytes[at]
    }

    mutating func number() throws(TapeError) -> UInt64 {
        guard at + 8 <= bytes.count else { throw .cutShort }
        defer { at += 8 }
        return bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func integer() throws(TapeError) -> Int { Int(truncatingIfNeeded: Int64(bitPattern: try number())) }
    mutating func instant() throws(TapeError) -> Instant { Instant(nanoseconds: Int64(bitPattern: try number())) }

    /// The number of items that follow; never more than the bytes that are left.
    mutating func count() throws(TapeError) -> Int {
        let count = try integer()
        guard (0...bytes.count - at).contains(count) else { throw .cutShort }
        return count
    }

    private mutating func data() throws(TapeError) -> [UInt8] {
        let count = try count()
        defer { at += count }
        return Array(bytes[at..<at + count])
    }

    mutating func text() throws(TapeError) -> String { String(decoding: try data(), as: UTF8.self) }
}
