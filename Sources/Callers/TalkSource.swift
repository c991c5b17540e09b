// The audio that a talk sends: given samples, or standard input as it arrives.

internal import Audio
public import Foundation

/// Returns a signal packet by packet, then silence for a while. One thread.
public final class TalkSource: TalkVoice, @unchecked Sendable {
    private var samples: ArraySlice<Float>
    private var stream: FileHandle?
    private var tail: Int

    /// `samples` at 16 kHz, then `tail` seconds of silence.
    public init(_ samples: [Float], tail: Double = 0) {
        self.samples = samples[...]
        self.tail = Int(tail * Double(AudioFormat.clientRate))
    }

    /// Raw 16-bit little-endian 16-kHz mono samples as they arrive, then `tail` seconds of silence.
    public convenience init(stream: FileHandle, tail: Double) {
        self.init([], tail: tail)
        self.stream = stream
    }

    /// The next `count` samples, the last packet padded with zeros. Nil at the end. Blocks on a stream.
    public func packet(_ count: Int, at seconds: Double = 0) throws -> [Float]? {
        while samples.count < count, let more = try stream?.read(upToCount: 2 * (count - samples.count)) {
            if more.isEmpty { stream = nil } else { append(more) }
        }
        let signal = samples.prefix(count)
        samples = samples.dropFirst(signal.count)
        let silence = min(tail, count - signal.count)
        guard !signal.isEmpty || silence > 0 else { return nil }
        tail -= silence
        return signal + Array(repeating: 0, count: count - signal.count)
    }

    private var odd: UInt8?

    /// A read may end in the middle of a sample.
    private func append(_ data: Data) {
        let bytes = (odd.map { [$0] } ?? []) + data
        odd = bytes.count % 2 == 1 ? bytes.last : nil
        samples += stride(from: 0, to: bytes.count - 1, by: 2).map {
            Float(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)) / 32768
        }
    }
}
