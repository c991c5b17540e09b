// Decodes and encodes a session's audio: wire format to samples at the model's rate, and back.

/// Decodes wire bytes to samples in [-1, 1]. One per stream.
public final class AudioDecoder {
    /// Samples a second of its output.
    private let rate: Int
    private let opus: OpusPacketDecoder?
    private let law: G711?
    private var resampler: Resampler
    /// The first byte of a PCM sample whose second has not arrived: a stream may be cut anywhere.
    private var half: UInt8?

    /// Decodes to samples at `rate`, one of `SliceClock.rates`. Opus is not resampled: packets decode to any rate, whatever
    /// rate they were made from (RFC 6716 §2.1.3).
    public init(_ format: AudioFormat, rate: Int = AudioFormat.clientRate) throws(OpusError) {
        self.rate = rate
        opus = format.codec == .opus ? try OpusPacketDecoder(rate: rate) : nil
        law = format.codec.law
        resampler = Resampler(from: opus == nil ? format.rate : rate, to: rate)
    }

    /// Decodes one message. Nil when it is not audio of the format.
    public func decode(_ bytes: [UInt8]) -> [Float]? {
        if let opus { return try? opus.decode(bytes) }
        if let law, !bytes.isEmpty { return resampler.process(bytes.map(law.decode)) }
        return bytes.isEmpty ? nil : resampler.process(samples(bytes))
    }

    private func samples(_ bytes: [UInt8]) -> [Float] {
        let bytes = half.map { [$0] + bytes } ?? bytes, count = bytes.count / 2
        half = bytes.count % 2 == 0 ? nil : bytes.last
        return (0..<count).map {
            Float(Int16(truncatingIfNeeded: Int(bytes[2 * $0]) | Int(bytes[2 * $0 + 1]) << 8)) / 32768
        }
    }
}

extension AudioDecoder {
    /// This many bytes of the stream are missing.
    public func skip(_ bytes: Int) {
        if law == nil, opus == nil, bytes % 2 != 0 { half = half == nil ? 0 : nil }
    }

    /// The next message begins with a whole sample.
    public func restart() { half = nil }
}

extension AudioDecoder {
    /// Stands in for a lost 20-ms packet: Opus extrapolates, the other codecs give silence.
    public func conceal() -> [Float] { opus?.conceal() ?? Array(repeating: 0, count: rate / 50) }
}

/// Encodes samples as wire messages: with PCM or G.711 one per call, with Opus one per 20 ms, or fewer of up to 120 ms. One per
/// stream.
public final class AudioEncoder {
    private let opus: OpusPacketEncoder?
    private let law: G711?
    private var resampler: Resampler
    /// Resampled samples that do not fill a packet yet.
    private var waiting: [Float] = []
    private let framesOfPackets: [Int]

    /// A client's encoder, for samples at `clientRate`: packets of 20 ms, made at the format's rate.
    public convenience init(_ format: AudioFormat, bitsPerSecond: Int = 24_000) throws(OpusError) {
        let coding = OpusCoding.microphone(bitsPerSecond: bitsPerSecond)
        try self.init(format, coding, rates: (AudioFormat.clientRate, format.rate), framesOfPackets: [1])
    }

    /// The server's encoder, for samples at `rate`, one of `SliceClock.rates`: packets as long as the samples allow, made at
    /// that rate; clients decode them at any (RFC 6716 §2.1.3).
    public convenience init(serving format: AudioFormat, rate: Int = AudioFormat.clientRate) throws(OpusError) {
        try self.init(
            format, .assistant, rates: (rate, rate), framesOfPackets: OpusPacketEncoder.framesOfPackets)
    }

    /// `rates` of the samples, and of the audio that Opus packets are made from.
    private init(
        _ format: AudioFormat, _ coding: OpusCoding, rates: (samples: Int, packets: Int), framesOfPackets: [Int]
    ) throws(OpusError) {
        opus = format.codec == .opus ? try OpusPacketEncoder(rate: rates.packets, coding: coding) : nil
        law = format.codec.law
        resampler = Resampler(from: rates.samples, to: opus == nil ? format.rate : rates.packets)
        self.framesOfPackets = framesOfPackets
    }

    public func encode(_ samples: [Float]) throws(OpusError) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        try encode(samples) { messages.append($0) }
        return messages
    }

    /// Passes `each` the messages that `samples` completes.
    public func encode(_ samples: [Float], _ each: ([UInt8]) -> Void) throws(OpusError) {
        let output = resampler.process(samples)
        guard let opus else {
            if !output.isEmpty { each(law.map { output.map($0.encode) } ?? Self.bytes(output)) }
            return
        }
        waiting += output
        var start = 0
        while let count = framesOfPackets.first(where: { $0 * opus.frame <= waiting.count - start }) {
            each(try opus.encode(waiting[start..<start + count * opus.frame]))
            start += count * opus.frame
        }
        waiting.removeFirst(start)
    }

    private static func bytes(_ samples: [Float]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: samples.count * 2) { bytes, count in
            for (i, sample) in samples.enumerated() {
                let value = UInt16(bitPattern: Int16(max(-32768, min(32767, (sample * 32767).rounded()))))
                bytes[2 * i] = UInt8(value & 255)
                bytes[2 * i + 1] = UInt8(value >> 8)
            }
            count = samples.count * 2
        }
    }
}

extension AudioFormat.Codec {
    fileprivate var law: G711? {
        switch self {
        case .pcmu: .mu
        case .pcma: .a
        case .opus, .pcm: nil
        }
    }
}
