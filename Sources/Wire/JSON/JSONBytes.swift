// Finds and writes characters of JSON in bytes.

/// Searches JSON strings eight bytes at a time.
enum JSONBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101, tops: UInt64 = 0x8080_8080_8080_8080

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    /// The first quotation mark, backslash or control character from `start` on; the end if there is none.
    static func plainEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var at = start
        let raw = UnsafeRawBufferPointer(bytes)
        while at + 8 <= bytes.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let found = zeros(word ^ (ones &* 0x22)) | zeros(word ^ (ones &* 0x5c)) | below32(word)
            // Above the lowest match there may be false ones.
            if found != 0 { return at + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5c, bytes[at] >= 32 { at += 1 }
        return at
    }

    /// Appends a character in UTF-8 (RFC 3629 §3).
    static func append(_ scalar: Unicode.Scalar, to text: inout [UInt8]) {
        func tail(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(scalar.value >> shift & 0x3f) }
        switch scalar.value {
        case ..<0x80: text.append(UInt8(scalar.value))
        case ..<0x800:
            text.append(0xc0 | UInt8(scalar.value >> 6))
            text.append(tail(0))
        case ..<0x10000:
            text.append(0xe0 | UInt8(scalar.value >> 12))
            text.append(tail(6))
            text.append(tail(0))
        default: text.append(contentsOf: [0xf0 | UInt8(scalar.value >> 18), tail(12), tail(6), tail(0)])
        }
    }

    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word & tops }
    private static func below32(_ word: UInt64) -> UInt64 { (word &- ones &* 32) & ~word & tops }
}
