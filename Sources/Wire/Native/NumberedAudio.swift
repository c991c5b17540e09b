// The audio that a client of the native protocol receives: encoded, numbered, with a header if the client asked for one.

internal import Audio

/// One session's speech.
struct NumberedAudio {
    /// How a binary message begins.
    enum Framing: String { case raw, header }

    let format: AudioFormat
    let framing: Framing
    private let encoder: AudioEncoder
    /// The next message's number. Unsent messages count too, so that a gap tells the client.
    private(set) var sequence: UInt32 = 0
    /// Position of the next message's first sample, at 48 kHz.
    private var position: UInt64 = 0
    private(set) var epoch: UInt8 = 0
    /// Audio before the next message is missing.
    private var isBroken = false
    /// Whether the last slice was zeros: Opus sounds 2.5 ms longer than its input.
    private var wasZero = true

    /// Encodes samples at `rate`.
    init(_ format: AudioFormat, _ framing: Framing, rate: Int) throws(OpusError) {
        (self.format, self.framing) = (format, framing)
        encoder = try AudioEncoder(serving: format, rate: rate)
    }

    /// Speech is abandoned: the following audio belongs to the next epoch.
    mutating func flush() { epoch &+= 1 }

    /// Messages were not sent.
    mutating func lose() { isBroken = true }

    /// Advances the position without audio.
    mutating func skip(milliseconds: Int64) {
        position += UInt64(milliseconds) * UInt64(AudioHeader.rate / 1000)
        isBroken = true
    }

    /// A slice that no client receives is not encoded. It counts as one message.
    mutating func omit(milliseconds: Int64) {
        sequence &+= 1
        skip(milliseconds: milliseconds)
    }

    /// Encodes one slice. If the encoder fails, the slice is lost and the session goes on.
    mutating func encode(_ samples: [Float], speech: Bool, into messages: inout [WireMessage]) {
        let isZero = framing == .header && !speech && samples.allSatisfy { $0 == 0 }
        do {
            try encoder.encode(samples) { bytes in
                messages.append(.binary(framing == .raw ? bytes : frame(bytes, zero: isZero, speech: speech)))
                sequence &+= 1
            }
        } catch { isBroken = true }
        wasZero = isZero
    }

    private mutating func frame(_ bytes: [UInt8], zero: Bool, speech: Bool) -> [UInt8] {
        var flags: AudioHeader.Flags = isBroken ? [.discontinuity] : []
        if speech { flags.insert(.speech) }
        if zero && (wasZero || format.codec != .opus) && isSilent(bytes) { flags.insert(.silence) }
        let header = AudioHeader(
            codec: format.codec, flags: flags, epoch: epoch, sequence: sequence, position: position)
        position += duration(bytes)
        isBroken = false
        return header.message(bytes)
    }

    /// Whether the bytes are silence: a resampler sounds a little longer than its input.
    private func isSilent(_ bytes: [UInt8]) -> Bool {
        switch format.codec {
        case .opus: true
        case .pcm: bytes.allSatisfy { $0 == 0 }
        case .pcmu: bytes.allSatisfy { $0 == 0xff }
        case .pcma: bytes.allSatisfy { $0 == 0xd5 }
        }
    }

    /// In samples at 48 kHz.
    private func duration(_ bytes: [UInt8]) -> UInt64 {
        switch format.codec {
        case .opus:
            UInt64(bytes.withUnsafeBufferPointer { OpusPacket.seconds($0) ?? 0 } * Double(AudioHeader.rate))
        case .pcm: UInt64(bytes.count / 2 * (AudioHeader.rate / format.rate))
        case .pcmu, .pcma: UInt64(bytes.count * (AudioHeader.rate / format.rate))
        }
    }
}
