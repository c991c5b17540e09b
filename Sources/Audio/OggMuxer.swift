// Puts Opus packets into an Ogg stream (RFC 7845), one page per packet.

/// One mono stream.
public struct OggMuxer {
    /// CELT's delay, 2.5 ms at 48 kHz: what a decoder outputs before the first sample (RFC 7845 §4.2).
    static let preSkip = 120
    /// There is one stream per connection, so any number will do.
    private static let serial: UInt32 = 42

    private var sequence: UInt32 = 0
    /// Samples at 48 kHz that the pages so far decode to, including those to be skipped.
    private var granule: UInt64 = 0

    public init() {}

    /// The two pages that begin a stream (RFC 7845 §5). `rate` is that of the encoder's input, in samples a second.
    public mutating func head(rate: Int) -> [UInt8] {
        func digits(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        // Version 1, one channel; no gain, the plain channel mapping.
        let opus = Array("OpusHead".utf8) + [1, 1] + digits(Self.preSkip, 2) + digits(rate, 4) + digits(0, 2) + [0]
        let vendor = Array("duet".utf8)
        let tags = Array("OpusTags".utf8) + digits(vendor.count, 4) + vendor + digits(0, 4)
        return page(opus, flags: OggPage.first) + page(tags)
    }

    /// The page of a packet.
    public mutating func page(_ packet: [UInt8]) -> [UInt8] { page(packet, flags: 0) }

    private mutating func page(_ packet: [UInt8], flags: UInt8) -> [UInt8] {
        if sequence > 1 { granule += UInt64((packet.withUnsafeBufferPointer(OpusPacket.seconds) ?? 0) * 48_000) }
        defer { sequence &+= 1 }
        return OggPage.bytes(packet, flags: flags, granule: granule, serial: Self.serial, sequence: sequence)
    }
}
