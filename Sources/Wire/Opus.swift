// libopus (RFC 6716): packets to samples and back. The only file that sees it.

internal import COpus
internal import CShim

/// A libopus error code.
public struct OpusError: Error, Hashable {
    public let code: Int32
}

/// Encodes 20-ms frames, mono.
final class OpusPacketEncoder {
    private let state: OpaquePointer
    let frame: Int
    private var packet = [UInt8](repeating: 0, count: 1500)
    /// Frames of zeros that came last, and the latest packet.
    private var silentFrames = 0
    private var latest: [UInt8] = []
    /// After so many frames of zeros the packets are all the same: 200 ms.
    private static let silentFramesMin = 10

    /// `rate` 8, 12, 16, 24 or 48 kHz. Voice mode; complexity 5.
    init(rate: Int, bitsPerSecond: Int) throws(OpusError) {
        var error: Int32 = 0
        guard let state = opus_encoder_create(Int32(rate), 1, OPUS_APPLICATION_VOIP, &error) else {
            throw OpusError(code: error)
        }
        self.state = state
        frame = rate / 50
        let code = shim_opus_encoder_set(state, Int32(bitsPerSecond), 5)
        if code != OPUS_OK { throw OpusError(code: code) }
    }

    deinit { opus_encoder_destroy(state) }

    /// `samples` holds exactly one frame. Silence costs as much as speech, and an assistant is silent most of the time: once it
    /// has settled, its packet is sent again, and the encoder waits in the state that more of it would leave it in.
    func encode(_ samples: ArraySlice<Float>) throws(OpusError) -> [UInt8] {
        silentFrames = samples.allSatisfy { $0 == 0 } ? silentFrames + 1 : 0
        if silentFrames > Self.silentFramesMin { return latest }
        latest = try packet(for: samples)
        return latest
    }

    private func packet(for samples: ArraySlice<Float>) throws(OpusError) -> [UInt8] {
        let size = Int32(packet.count)
        let written = samples.withUnsafeBufferPointer { input in
            packet.withUnsafeMutableBufferPointer { output in
                opus_encode_float(state, input.baseAddress!, Int32(input.count), output.baseAddress!, size)
            }
        }
        guard written >= 0 else { throw OpusError(code: written) }
        return Array(packet.prefix(Int(written)))
    }
}

/// Decodes packets of any legal size, mono.
final class OpusPacketDecoder {
    private let state: OpaquePointer
    private var samples: [Float]

    init(rate: Int) throws(OpusError) {
        var error: Int32 = 0
        guard let state = opus_decoder_create(Int32(rate), 1, &error) else { throw OpusError(code: error) }
        self.state = state
        // 120 ms, the longest packet (RFC 6716 §2.1.4).
        samples = Array(repeating: 0, count: rate * 120 / 1000)
    }

    deinit { opus_decoder_destroy(state) }

    func decode(_ packet: [UInt8]) throws(OpusError) -> [Float] {
        // An empty packet would mean concealment to libopus; on the wire it is an error.
        guard !packet.isEmpty else { throw OpusError(code: OPUS_INVALID_PACKET) }
        let room = Int32(samples.count)
        let count = samples.withUnsafeMutableBufferPointer { output in
            opus_decode_float(state, packet, Int32(packet.count), output.baseAddress!, room, 0)
        }
        guard count >= 0 else { throw OpusError(code: count) }
        return Array(samples.prefix(Int(count)))
    }

    /// 20 ms in place of a lost packet (RFC 6716 §4.4).
    func conceal() -> [Float] {
        let frame = samples.count / 6
        let count = samples.withUnsafeMutableBufferPointer { output in
            opus_decode_float(state, nil, 0, output.baseAddress!, Int32(frame), 0)
        }
        return Array(samples.prefix(max(0, Int(count))))
    }
}
