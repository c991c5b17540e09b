// Extracts packets from an Ogg stream that arrives in pieces of any size (RFC 3533 §6).

/// One stream. Bytes that are not a page are skipped.
public struct OggDemuxer {
    /// Longer packets are not audio and are dropped.
    public static let packetBytesMax = 65_536

    private var buffer: [UInt8] = []
    /// A packet that began on an earlier page. Nil between packets, and when the packet's beginning is lost.
    private var begun: [UInt8]?
    /// Serial and sequence number of the page that continues `begun`.
    private var serial: UInt32 = 0
    private var sequence: UInt32 = 0
    /// Pages with a wrong checksum, and stretches that were not a page.
    public private(set) var losses = 0

    public init() {}

    /// Returns the packets that `bytes` completes.
    public mutating func append(_ bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        buffer += bytes
        var packets: [[UInt8]] = [], start = 0
        while true {
            let found = pattern(from: start)
            if found > start { losses += 1 }
            start = found
            guard let size = size(of: start), start + size <= buffer.count else { break }
            // A bad page is skipped whole: searching it for pages would check the same bytes again and again.
            take(buffer[start..<start + size], &packets)
            start += size
        }
        buffer.removeFirst(start)
        return packets
    }

    /// Where the next page may begin: at a whole pattern, or at the beginning of one at the end of the buffer.
    private func pattern(from start: Int) -> Int {
        (start..<buffer.count).first {
            buffer[$0] == OggPage.pattern[0]
                && buffer[$0...].prefix(OggPage.pattern.count).elementsEqual(
                    OggPage.pattern.prefix(buffer.count - $0))
        } ?? buffer.count
    }

    /// Nil while the page's header is incomplete.
    private func size(of start: Int) -> Int? {
        let body = start + OggPage.head
        guard body <= buffer.count, body + Int(buffer[start + OggPage.segments]) <= buffer.count else { return nil }
        let segments = buffer[body..<body + Int(buffer[start + OggPage.segments])]
        return OggPage.head + segments.count + segments.reduce(0) { $0 + Int($1) }
    }

    private mutating func take(_ page: ArraySlice<UInt8>, _ packets: inout [[UInt8]]) {
        guard OggPage.isValid(page) else {
            losses += 1
            return
        }
        let isNext =
            OggPage.number(page, at: OggPage.serial) == serial
            && OggPage.number(page, at: OggPage.sequence) == sequence
        let isContinued = page[page.startIndex + 5] & OggPage.continued != 0
        var packet = isContinued ? (isNext ? begun : nil) : []
        var rest = page.dropFirst(OggPage.head)
        let segments = rest.prefix(Int(page[page.startIndex + OggPage.segments]))
        rest = rest.dropFirst(segments.count)
        for size in segments {
            packet? += rest.prefix(Int(size))
            rest = rest.dropFirst(Int(size))
            if let long = packet, long.count > Self.packetBytesMax { packet = nil }
            guard size < 255 else { continue }
            if let whole = packet, !whole.isEmpty { packets.append(whole) }
            packet = []
        }
        begun = segments.last == 255 ? packet : nil
        serial = OggPage.number(page, at: OggPage.serial)
        sequence = OggPage.number(page, at: OggPage.sequence) &+ 1
    }
}
