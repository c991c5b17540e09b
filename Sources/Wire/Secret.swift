// Secrets: how they are made.

/// What nobody can guess.
public enum Secret {
    /// `bits`, a multiple of 64, in hexadecimal digits. A server hands in the system's generator: another's can be guessed.
    public static func hexadecimal(bits: Int, random: inout some RandomNumberGenerator) -> String {
        (0..<bits / 64).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
