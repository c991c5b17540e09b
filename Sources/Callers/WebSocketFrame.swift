// Encodes a client's frames (RFC 6455 §5.2) and finds the server's.

/// One frame.
public enum WebSocketFrame {
    /// A final frame to a server, masked (§5.3). It may be built once and sent many times.
    public static func masked(_ opcode: UInt8, _ payload: [UInt8], mask: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x80 | opcode]
        bytes.reserveCapacity(payload.count + 14)
        switch payload.count {
        case ..<126: bytes.append(0x80 | UInt8(payload.count))
        case ..<65536: bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: bytes += [0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        bytes += mask
        for (i, byte) in payload.enumerated() { bytes.append(byte ^ mask[i & 3]) }
        return bytes
    }

    /// Finds the first of a server's frames in `bytes`. Nil if it is still incomplete.
    public static func first(
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> (isFinal: Bool, opcode: UInt8, payload: Range<Int>)? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 127), start = 2
        if length >= 126 {
            let digits = length == 126 ? 2 : 8
            guard bytes.count >= 2 + digits else { return nil }
            length = bytes[2..<2 + digits].reduce(0) { $0 << 8 | Int($1) }
            start = 2 + digits
        }
        guard length >= 0, bytes.count - start >= length else { return nil }
        return (bytes[0] & 0x80 != 0, bytes[0] & 15, start..<start + length)
    }
}
