// Makes and compares secrets.

/// Values that cannot be guessed.
public enum Secret {
    /// `bits`, a multiple of 64, in hexadecimal digits. Servers pass the system's generator: others are predictable.
    public static func hexadecimal(bits: Int, random: inout some RandomNumberGenerator) -> String {
        (0..<bits / 64).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Takes the same time wherever the texts first differ.
    public static func isSame(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        return zip(a.utf8, b.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
