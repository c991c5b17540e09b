// Base64 (RFC 4648 §4), as JSON carries audio.

enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// By character; 255 is not a digit.
    private static let values = (0..<256).map { character in
        digits.firstIndex(of: UInt8(character)).map(UInt8.init) ?? 255
    }

    static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text in
            digits.withUnsafeBufferPointer { digits in
                var at = 0
                for first in stride(from: 0, to: bytes.count, by: 3) {
                    let count = min(3, bytes.count - first)
                    let word = (0..<3).reduce(0) { $0 << 8 | ($1 < count ? Int(bytes[first + $1]) : 0) }
                    for digit in 0..<4 {
                        text[at + digit] = digit > count ? UInt8(ascii: "=") : digits[word >> (18 - 6 * digit) & 63]
                    }
                    at += 4
                }
                return at
            }
        }
    }

    /// Nil when `text` is not base64. Padding may be missing; line ends and other white space (RFC 4648 §3.3), and the URL
    /// alphabet (§5), are accepted.
    static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        strict(text) ?? plain(text).flatMap { text in text.withUnsafeBufferPointer { strict($0) } }
    }

    /// Converts to the standard alphabet and drops white space. Nil if that changes nothing, or `text` is not base64.
    private static func plain(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        for character in text {
            switch character {
            case UInt8(ascii: "-"): plain.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): break
            default:
                guard character == UInt8(ascii: "=") || values[Int(character)] < 64 else { return nil }
                plain.append(character)
            }
        }
        return plain.elementsEqual(text) ? nil : plain
    }

    private static func strict(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var end = text.count
        while end > 0, text.count - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        guard end % 4 != 1, end == text.count || text.count % 4 == 0 else { return nil }
        guard end > 0 else { return text.isEmpty ? [] : nil }
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: end * 6 / 8) { bytes, count in
            values.withUnsafeBufferPointer { values in
                var word: UInt32 = 0, seen: UInt8 = 0
                for i in 0..<end {
                    let value = values[Int(text[i])]
                    seen |= value
                    word = word << 6 | UInt32(value & 63)
                    // Every digit but the first of four completes a byte.
                    guard i % 4 > 0 else { continue }
                    bytes[count] = UInt8(truncatingIfNeeded: word >> (6 - 2 * UInt32(i % 4)))
                    count += 1
                }
                isValid = seen < 64
            }
        }
        return isValid ? bytes : nil
    }

    /// How many bytes `text` holds, at the cost of a scan.
    static func size(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        values.withUnsafeBufferPointer { values in
            text.reduce(0) { $0 + (values[Int($1)] < 64 || $1 == UInt8(ascii: "-") || $1 == UInt8(ascii: "_") ? 1 : 0) }
        } * 6 / 8
    }

    static func decode(_ text: String) -> [UInt8]? {
        var text = text
        return text.withUTF8 { decode($0) }
    }
}
