// Wraps libopus (RFC 6716): packets to samples and back. The only file that uses it.

internal import Basics
internal import COpus
internal import COpusShim

/// A libopus error code.
public struct OpusError: Error, Hashable {
    public let code: Int32
}

/// Encodes packets of one or more 20-ms frames, mono.
final class OpusPacketEncoder {
    /// Possible lengths of a packet, in frames of 20 ms, longest first (RFC 6716 §3.2.5).
    static let framesOfPackets = [6, 5, 4, 3, 2, 1]
    private let state: OpaquePointer
    /// Samples in 20 ms.
    let frame: Int
    private var packet = [UInt8](repeating: 0, count: 1500)
    /// The packet of the last samples if they were zeros, and whether the previous packet was identical.
    private var silence: (packet: [UInt8], samples: Int, isRepeated: Bool) = ([], 0, false)
    /// False for SILK: its packets are not known to leave the decoder unchanged.
    private let repeatsSilence: Bool

    /// `rate` 8, 12, 16, 24 or 48 kHz.
    init(rate: Int, coding: OpusCoding) throws(OpusError) {
        var error: Int32 = 0
        let application = coding.isSpeechModel ? OPUS_APPLICATION_VOIP : OPUS_APPLICATION_RESTRICTED_LOWDELAY
        guard let state = opus_encoder_create(Int32(rate), 1, application, &error) else {
            throw OpusError(code: error)
        }
        self.state = state
        frame = rate / 50
        repeatsSilence = !coding.isSpeechModel
        let code = shim_opus_encoder_set(
            state, Int32(coding.bitsPerSecond), Int32(coding.complexity), Int32(coding.bitsPerSample))
        if code != OPUS_OK { throw OpusError(code: code) }
    }

    deinit { opus_encoder_destroy(state) }

    /// `samples` holds one of `framesOfPackets` frames.
    func encode(_ samples: ArraySlice<Float>) throws(OpusError) -> [UInt8] {
        let isZero = samples.allSatisfy { $0 == 0 }
        // When zeros give the same packet twice, the encoder is at rest, and so is the decoder: CELT's silence (RFC 6716 §4.3)
        // leaves both unchanged. The packet is repeated without encoding.
        if isZero, silence.isRepeated, silence.samples == samples.count { return silence.packet }
        let size = Int32(packet.count)
        let written = samples.withUnsafeBufferPointer { input in
            packet.withUnsafeMutableBufferPointer { output in
                opus_encode_float(state, input.baseAddress!, Int32(input.count), output.baseAddress!, size)
            }
        }
        guard written >= 0 else { throw OpusError(code: written) }
        let made = Array(packet.prefix(Int(written)))
        silence =
            isZero ? (made, samples.count, repeatsSilence && made == silence.packet) : ([], 0, false)
        return made
    }
}

/// Decodes packets of any legal size, mono.
final class OpusPacketDecoder {
    private let state: OpaquePointer
    private var samples: [Float]
    /// The samples decoded last; the memory is reused once it has no other owner.
    private var decoded: [Float] = []
    private let frame: Int

    /// `rate` 8, 12, 16, 24 or 48 kHz, whatever rate the packets were encoded from.
    init(rate: Int) throws(OpusError) {
        var error: Int32 = 0
        guard let state = opus_decoder_create(Int32(rate), 1, &error) else { throw OpusError(code: error) }
        self.state = state
        frame = rate / 50
        // 120 ms, the longest packet (RFC 6716 §2.1.4).
        samples = Array(repeating: 0, count: 6 * frame)
    }

    deinit { opus_decoder_destroy(state) }

    func decode(_ packet: [UInt8]) throws(OpusError) -> [Float] {
        // libopus takes an empty packet as a request for concealment; on the wire it is an error.
        guard !packet.isEmpty else { throw OpusError(code: OPUS_INVALID_PACKET) }
        let room = Int32(samples.count)
        let count = samples.withUnsafeMutableBufferPointer { output in
            opus_decode_float(state, packet, Int32(packet.count), output.baseAddress!, room, 0)
        }
        guard count >= 0 else { throw OpusError(code: count) }
        decoded.removeAll(keepingCapacity: true)
        decoded.append(contentsOf: samples.prefix(Int(count)))
        return decoded
    }

    /// 20 ms in place of a lost packet (RFC 6716 §4.4).
    func conceal() -> [Float] {
        let count = samples.withUnsafeMutableBufferPointer { output in
            opus_decode_float(state, nil, 0, output.baseAddress!, Int32(frame), 0)
        }
        return Array(samples.prefix(max(0, Int(count))))
    }
}

/// What a packet tells without being decoded.
public enum OpusPacket {
    /// How long it lasts, in seconds. Nil when it is not a packet.
    public static func seconds(_ packet: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let start = packet.baseAddress, !packet.isEmpty else { return nil }
        let samples = opus_packet_get_nb_samples(start, Int32(packet.count), 48_000)
        return samples > 0 ? Double(samples) / 48_000 : nil
    }
}
