// The alphabet in which byte-level vocabularies are written.

/// GPT-2's alphabet: a printable character for each byte (`bytes_to_unicode` in its encoder.py). Printable Latin-1 stands for
/// itself; the other 68 bytes are U+0100 and following.
public enum ByteAlphabet {
    /// By character from U+0000 to U+0143: its byte, or -1.
    private static let values: [Int16] = {
        var values = [Int16](repeating: -1, count: 0x144), next = 0x100
        for byte in 0..<256 {
            let isPrintable = (0x21...0x7e).contains(byte) || (0xa1...0xac).contains(byte) || byte >= 0xae
            values[isPrintable ? byte : next] = Int16(byte)
            if !isPrintable { next += 1 }
        }
        return values
    }()

    /// The bytes that `text` stands for. A character outside of the alphabet stands for itself.
    public static func bytes(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if scalar.value < 0x144, values[Int(scalar.value)] >= 0 {
                bytes.append(UInt8(values[Int(scalar.value)]))
            } else {
                bytes += Array(String(scalar).utf8)
            }
        }
        return bytes
    }
}
