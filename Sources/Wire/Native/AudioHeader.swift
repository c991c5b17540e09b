// The 16 bytes before the audio of a binary message in the native protocol, if the client asked for them (docs/protocols.md).

internal import Audio

/// What a message says about its audio, little-endian:
/// `u8 kind | u8 codec | u8 flags | u8 epoch | u32 sequence | u64 position`.
struct AudioHeader: Hashable {
    struct Flags: OptionSet, Hashable {
        let rawValue: UInt8

        /// Something before this is missing.
        static let discontinuity = Flags(rawValue: 1)
        /// Exact silence.
        static let silence = Flags(rawValue: 2)
        /// The assistant speaks.
        static let speech = Flags(rawValue: 4)
    }

    static let size = 16
    /// The only kind of message so far.
    private static let kind: UInt8 = 1
    /// In the order of their numbers on the wire.
    private static let codecs: [AudioFormat.Codec] = [.pcm, .opus, .pcmu, .pcma]
    /// Samples a second of positions, whatever the audio's rate is.
    static let rate = 48_000

    var codec: AudioFormat.Codec
    var flags: Flags = []
    /// The number of interruptions so far, modulo 256.
    var epoch: UInt8 = 0
    /// The message's number within its direction.
    var sequence: UInt32
    /// Position of the first sample, in samples at 48 kHz since the session's start.
    var position: UInt64

    init(codec: AudioFormat.Codec, flags: Flags = [], epoch: UInt8 = 0, sequence: UInt32, position: UInt64) {
        (self.codec, self.flags, self.epoch) = (codec, flags, epoch)
        (self.sequence, self.position) = (sequence, position)
    }

    /// Nil when `message` does not begin with a header.
    init?(_ message: [UInt8]) {
        guard message.count >= Self.size, message[0] == Self.kind, Int(message[1]) < Self.codecs.count else {
            return nil
        }
        func number(_ range: Range<Int>) -> UInt64 { range.reversed().reduce(0) { $0 << 8 | UInt64(message[$1]) } }
        codec = Self.codecs[Int(message[1])]
        flags = Flags(rawValue: message[2])
        epoch = message[3]
        sequence = UInt32(number(4..<8))
        position = number(8..<16)
    }

    func message(_ audio: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size + audio.count)
        bytes += [Self.kind, UInt8(Self.codecs.firstIndex(of: codec)!), flags.rawValue, epoch]
        for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: sequence >> shift)) }
        for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: position >> shift)) }
        return bytes + audio
    }
}
