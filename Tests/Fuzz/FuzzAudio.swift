// Audio as it comes: Ogg pages, Opus packets and the like, WAV files.

import Foundation

@testable import Audio
@testable import Evaluation
@testable import Wire

enum FuzzAudio {
    /// The first byte says in what pieces the stream comes. Pages whose checksum is wrong are also read with the right one.
    static func ogg(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let stream = bytes.dropFirst(), size = Int(first) + 1
        for pages in [Array(stream), sealed(Array(stream))] {
            var demuxer = OggDemuxer(), whole = OggDemuxer(), packets: [[UInt8]] = []
            for start in Swift.stride(from: 0, to: pages.count, by: size) {
                packets += demuxer.append(pages[start..<min(start + size, pages.count)])
            }
            Fuzz.expect(packets == whole.append(pages[...]), "pieces give other packets than the whole")
            Fuzz.expect(packets.allSatisfy { $0.count <= OggDemuxer.packetBytesMax }, "a packet is too long")
        }
    }

    /// The same with every page's checksum put right, as far as pages follow each other.
    private static func sealed(_ stream: [UInt8]) -> [UInt8] {
        var bytes = stream, at = 0
        while at + OggPage.head <= bytes.count, bytes[at...].starts(with: OggPage.pattern) {
            let segments = Int(bytes[at + OggPage.segments]), body = at + OggPage.head + segments
            guard body <= bytes.count else { break }
            let end = body + bytes[at + OggPage.head..<body].reduce(0) { $0 + Int($1) }
            guard end <= bytes.count else { break }
            var page = Array(bytes[at..<end])
            OggPage.seal(&page)
            bytes.replaceSubrange(at..<end, with: page)
            at = end
        }
        return bytes
    }

    /// The first byte says which codec: packets behind it are as long as their own first bytes say.
    static func opus(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let formats: [AudioFormat] = [
            AudioFormat(codec: .opus, rate: 24_000)!, AudioFormat(codec: .pcm, rate: 48_000)!,
            AudioFormat(codec: .pcmu, rate: 8000)!, AudioFormat(codec: .pcma, rate: 8000)!,
        ]
        let format = formats[Int(first) % formats.count]
        guard let decoder = try? AudioDecoder(format) else { return }
        var rest = bytes.dropFirst()
        while let size = rest.popFirst() {
            let packet = Array(rest.prefix(Int(size)))
            rest = rest.dropFirst(Int(size))
            let seconds = packet.withUnsafeBufferPointer(OpusPacket.seconds)
            if let samples = decoder.decode(packet) {
                Fuzz.expect(samples.count <= 16 * 3 * 40 * max(1, packet.count), "\(samples.count) samples")
                Fuzz.expect(seconds != nil || format.codec != .opus, "a packet that lasts no time is decoded")
            } else {
                _ = decoder.conceal()
            }
            if let header = AudioHeader(packet) {
                let audio = Array(packet.dropFirst(AudioHeader.size))
                Fuzz.expect(header.message(audio) == packet, "a header is not written as it was read")
            }
        }
    }

    static func wav(_ bytes: [UInt8]) {
        guard let wav = try? WAV(data: bytes) else { return }
        Fuzz.expect(wav.rate > 0 && !wav.channels.isEmpty, "neither rate nor channels")
        _ = wav.mono
    }
}
