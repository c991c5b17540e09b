// A session's two directions of audio: wire format to 16-kHz samples, and back.

internal import Basics

/// Wire bytes to 16-kHz samples in [-1, 1]. One a stream.
public final class AudioDecoder {
    private let opus: OpusPacketDecoder?
    private var resampler: Resampler

    public init(_ format: AudioFormat) throws(OpusError) {
        opus = format.codec == .opus ? try OpusPacketDecoder(rate: format.rate) : nil
        resampler = Resampler(from: format.rate, to: SampleTime.rate)
    }

    /// One message. Nil when it is no audio of the format.
    public func decode(_ bytes: [UInt8]) -> [Float]? {
        if let opus {
            guard let samples = try? opus.decode(bytes) else { return nil }
            return resampler.process(samples)
        }
        guard bytes.count % 2 == 0, !bytes.isEmpty else { return nil }
        return resampler.process(
            stride(from: 0, to: bytes.count, by: 2).map {
                Float(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)) / 32768
            })
    }
}

extension AudioDecoder {
    /// What stands in for a 20-ms packet that was lost: Opus goes on as it sounded, PCM has silence.
    public func conceal() -> [Float] {
        guard let opus else { return Array(repeating: 0, count: SampleTime.rate / 50) }
        return resampler.process(opus.conceal())
    }
}

/// 16-kHz samples to wire messages: one of PCM a call, one of Opus every 20 ms. One a stream.
public final class AudioEncoder {
    private let opus: OpusPacketEncoder?
    private var resampler: Resampler
    /// Resampled samples that do not fill a packet yet.
    private var waiting: [Float] = []

    public init(_ format: AudioFormat, bitsPerSecond: Int = 24_000) throws(OpusError) {
        opus = format.codec == .opus ? try OpusPacketEncoder(rate: format.rate, bitsPerSecond: bitsPerSecond) : nil
        resampler = Resampler(from: SampleTime.rate, to: format.rate)
    }

    public func encode(_ samples: [Float]) throws(OpusError) -> [[UInt8]] {
        let output = resampler.process(samples)
        guard let opus else { return output.isEmpty ? [] : [Self.bytes(output)] }
        waiting += output
        var packets: [[UInt8]] = []
        var start = 0
        while waiting.count - start >= opus.frame {
            packets.append(try opus.encode(waiting[start..<start + opus.frame]))
            start += opus.frame
        }
        waiting.removeFirst(start)
        return packets
    }

    private static func bytes(_ samples: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples.count * 2)
        for sample in samples {
            let value = UInt16(bitPattern: Int16(max(-32768, min(32767, (sample * 32767).rounded()))))
            bytes.append(UInt8(value & 255))
            bytes.append(UInt8(value >> 8))
        }
        return bytes
    }
}
