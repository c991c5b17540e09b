// A page of an Ogg stream (RFC 3533 §6).
//
//  0 "OggS"  4 version  5 flags  6 granule position  14 serial  18 sequence  22 checksum  26 segment count  27 segment sizes, body

/// Offsets and flags in a page, and its checksum.
enum OggPage {
    /// Includes the version, which is 0.
    static let pattern = Array("OggS\0".utf8)
    static let granule = 6, serial = 14, sequence = 18, checksum = 22, segments = 26, head = 27

    /// The page begins in the middle of a packet; the page is the first of its stream.
    static let continued: UInt8 = 1, first: UInt8 = 2

    /// A page with one whole packet.
    static func bytes(_ packet: [UInt8], flags: UInt8, granule: UInt64, serial: UInt32, sequence: UInt32) -> [UInt8] {
        var page = pattern + [flags]
        func append(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { page += $0 } }
        append(granule)
        append(serial)
        append(sequence)
        append(UInt32(0))
        page.append(UInt8(packet.count / 255 + 1))
        page += Array(repeating: 255, count: packet.count / 255) + [UInt8(packet.count % 255)] + packet
        seal(&page)
        return page
    }

    /// Writes the checksum.
    static func seal(_ page: inout [UInt8]) {
        let sum = sum(of: page[...])
        for i in 0..<4 { page[checksum + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(i))) }
    }

    static func number(_ page: ArraySlice<UInt8>, at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(page[page.startIndex + place + $1]) << (8 * UInt32($1)) }
    }

    static func isValid(_ page: ArraySlice<UInt8>) -> Bool { number(page, at: checksum) == sum(of: page) }

    /// For each byte, the remainder of its division by the polynomial.
    private static let remainders = (UInt32(0)..<256).map { byte in
        (0..<8).reduce(byte << 24) { sum, _ in sum << 1 ^ (sum >> 31) * 0x04c1_1db7 }
    }

    /// The checksum of a page, computed as if its checksum field were zero.
    private static func sum(of page: ArraySlice<UInt8>) -> UInt32 {
        remainders.withUnsafeBufferPointer { remainders in
            var sum: UInt32 = 0
            func add(_ bytes: ArraySlice<UInt8>) {
                for byte in bytes { sum = sum << 8 ^ remainders[Int(UInt8(sum >> 24) ^ byte)] }
            }
            add(page.prefix(checksum))
            add([0, 0, 0, 0])
            add(page.dropFirst(checksum + 4))
            return sum
        }
    }
}
