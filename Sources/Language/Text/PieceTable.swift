// Finds tokens by their bytes.

/// A hash table from bytes to tokens, open addressing. Of equal tokens it knows the first.
struct PieceTable: Sendable {
    private let bytes: [UInt8]
    private let starts: [Int32]
    /// Tokens, -1 for none. The size is a power of two, at least twice the number of tokens.
    private var slots: [Int32]
    /// Bytes of the longest token.
    private(set) var longest = 0

    init(bytes: [UInt8], starts: [Int32], tokens: [Int]) {
        self.bytes = bytes
        self.starts = starts
        var size = 2
        while size < 2 * tokens.count { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for token in tokens {
            let range = Int(starts[token])..<Int(starts[token + 1])
            guard !range.isEmpty else { continue }
            bytes.withUnsafeBufferPointer { all in
                let slot = slot(of: .init(rebasing: all[range]))
                if slots[slot] < 0 { slots[slot] = Int32(token) }
            }
            longest = max(longest, range.count)
        }
    }

    /// The token that stands for exactly these bytes, or -1.
    func token(_ piece: UnsafeBufferPointer<UInt8>) -> Int32 {
        piece.count > longest || piece.isEmpty ? -1 : slots[slot(of: piece)]
    }

    func token(_ piece: [UInt8]) -> Int32 { piece.withUnsafeBufferPointer { token($0) } }

    /// Where the piece is, or the free slot where it would be.
    private func slot(of piece: UnsafeBufferPointer<UInt8>) -> Int {
        // FNV-1a, 64 bits, mixed once more because the lower bits choose the slot.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in piece { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var slot = Int(truncatingIfNeeded: (hash ^ hash >> 32) & UInt64(slots.count - 1))
        while slots[slot] >= 0, !equals(slots[slot], piece) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func equals(_ token: Int32, _ piece: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(starts[Int(token)])
        guard Int(starts[Int(token) + 1]) - start == piece.count else { return false }
        for i in 0..<piece.count where bytes[start + i] != piece[i] { return false }
        return true
    }
}
