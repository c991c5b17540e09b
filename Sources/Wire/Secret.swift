// Secrets: how they are made, and compared.

/// What nobody can guess.
public enum Secret {
    /// `bits`, a multiple of 64, in hexadecimal digits. A server hands in the system's generator: another's can be guessed.
    public static func hexadecimal(bits: Int, random: inout some RandomNumberGenerator) -> String {
        (0..<bits / 64).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Takes the same time wherever they begin to differ.
    public static func isSame(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
        return zip(a.utf8, b.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
