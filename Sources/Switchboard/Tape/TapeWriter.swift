// Encodes a tape: little-endian numbers; texts and lists are preceded by their length.

internal import Basics
internal import Dialogue
internal import Wire

/// Encodes entries. Pure: its owner takes the bytes away.
public struct TapeWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func write(_ header: TapeHeader) {
        bytes += TapeHeader.magic
        put(header.fields.count)
        for (name, value) in header.fields.sorted(by: { $0.key < $1.key }) { put(name); put(value) }
        put(header.start)
    }

    public mutating func write(_ entry: TapeEntry) {
        switch entry {
        case .event(let event, let at):
            bytes.append(0)
            put(at)
            write(event)
        case .tick(let at):
            bytes.append(1)
            put(at)
        case .settle(let at):
            bytes.append(2)
            put(at)
        case .took(let nanoseconds):
            bytes.append(3)
            put(UInt64(bitPattern: nanoseconds))
        case .work(let seconds):
            bytes.append(4)
            put(seconds.bitPattern)
        case .chance(let number):
            bytes.append(5)
            put(number)
        case .actions(let fingerprint):
            bytes.append(6)
            put(fingerprint)
        }
    }

    /// Returns the bytes so far and starts over.
    public mutating func take() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func write(_ event: LinkEvent) {
        switch event {
        case .opened(let link, let request):
            begin(0, link)
            write(request)
        case .returned(let link, let request, let session):
            begin(1, link)
            write(request)
            put(session)
        case .text(let link, let text):
            begin(2, link)
            put(text)
        case .binary(let link, let data):
            begin(3, link)
            put(data.count)
            bytes += data
        case .flooded(let link): begin(4, link)
        case .unsent(let link, let count, let isOpen):
            begin(5, link)
            put(count)
            bytes.append(isOpen ? 1 : 0)
        case .crowded(let link, let isCrowded):
            begin(6, link)
            bytes.append(isCrowded ? 1 : 0)
        case .closed(let link, let code):
            begin(7, link)
            put(code.map { Int($0) } ?? -1)
        case .full: begin(8, 0)
        case .draining(let end):
            begin(9, 0)
            put(end)
        case .stop: begin(10, 0)
        case .mind(let slot, let event):
            begin(11, slot.index)
            put(Int(slot.generation))
            write(event)
        case .recognised(let slot, let id, let text):
            begin(12, slot.index)
            put(Int(slot.generation))
            put(id)
            put(text)
        }
    }

    private mutating func write(_ event: MindEvent) {
        switch event {
        case .words(let answer, let text):
            begin(0, answer)
            put(text)
        case .call(let answer, let call):
            begin(1, answer)
            for text in [call.id, call.name, call.arguments] { put(text) }
        case .end(let answer, let end):
            begin(2, answer)
            put(end.rawValue)
        case .likelihood(let probe, let value):
            begin(3, probe)
            put(UInt64(value.bitPattern))
        case .failed(let answer, let failure):
            begin(4, answer)
            put(failure.kind.rawValue)
            put(failure.message)
        }
    }

    private mutating func write(_ whole: UpgradeRequest) {
        let request = whole.withoutKeys, headers = request.headers.sorted { $0.key < $1.key }
        put(request.path)
        put(request.query)
        put(request.remote)
        put(request.subprotocols.count)
        for name in request.subprotocols { put(name) }
        put(headers.count)
        for (name, value) in headers { put(name); put(value) }
        bytes.append(request.session == nil ? 0 : 1)
        put(request.session ?? "")
        put(request.secondsMax ?? -1)
        put(UInt64(bitPattern: request.arrived))
    }

    private mutating func begin(_ kind: UInt8, _ link: Int) {
        bytes.append(kind)
        put(link)
    }

    private mutating func put(_ number: UInt64) { withUnsafeBytes(of: number.littleEndian) { bytes += $0 } }
    private mutating func put(_ number: Int) { put(UInt64(bitPattern: Int64(number))) }
    private mutating func put(_ at: Instant) { put(UInt64(bitPattern: at.nanoseconds)) }
    private mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes += text.utf8
    }
}
