// Pages come apart and together again, however they are cut.

import Testing

@testable import Audio

@Suite struct OggTests {
    /// Packets that are no legal Opus, of every awkward size.
    private let packets = [1, 20, 254, 255, 256, 509, 510, 511, 1275].map { count in
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ count) }
    }

    private func page(_ packet: [UInt8], _ sequence: Int, flags: UInt8 = 0) -> [UInt8] {
        OggPage.bytes(packet, flags: flags, granule: 9, serial: 3, sequence: UInt32(sequence))
    }

    /// A page with any segments, its checksum right.
    private func page(segments: [UInt8], _ body: [UInt8], _ sequence: Int, flags: UInt8) -> [UInt8] {
        var page = page([], sequence, flags: flags)
        page.replaceSubrange(26..., with: [UInt8(segments.count)] + segments + body)
        return sealed(page)
    }

    /// The checksum by long division, as the oracle.
    private func sealed(_ page: [UInt8]) -> [UInt8] {
        var page = page, sum: UInt32 = 0
        for i in 22..<26 { page[i] = 0 }
        for byte in page {
            for bit in (0..<8).reversed() {
                let carry = sum >> 31 ^ UInt32(byte >> bit & 1)
                sum = sum << 1 ^ (carry == 1 ? 0x04c1_1db7 : 0)
            }
        }
        for i in 0..<4 { page[22 + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(i))) }
        return page
    }

    private var stream: [UInt8] { packets.enumerated().flatMap { page($1, $0) } }

    private func parts(_ bytes: [UInt8], each size: Int) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min(bytes.count, $0 + size)] }
    }

    @Test func aPageIsAsTheRFCHasIt() {
        let bytes = OggPage.bytes(
            [7, 8], flags: 2, granule: 0x0102_0304, serial: 0x2a, sequence: 0x0506)
        let head: [UInt8] =
            [0x4f, 0x67, 0x67, 0x53, 0, 2, 4, 3, 2, 1, 0, 0, 0, 0, 0x2a, 0, 0, 0, 6, 5, 0, 0]
        #expect(Array(bytes.prefix(22)) == head && Array(bytes.suffix(4)) == [1, 2, 7, 8])
        #expect(bytes == sealed(bytes))
    }

    @Test func everyCutInTwoAndEverySizeOfPieceGivesTheSamePackets() {
        let stream = stream
        for cut in 0...stream.count {
            var demuxer = OggDemuxer()
            let heard = demuxer.append(stream[..<cut]) + demuxer.append(stream[cut...])
            #expect(heard == packets && demuxer.losses == 0, "cut at \(cut)")
        }
        for size in [1, 2, 3, 27, 28, 100, 1000] {
            var demuxer = OggDemuxer(), heard: [[UInt8]] = []
            for part in parts(stream, each: size) { heard += demuxer.append(part) }
            #expect(heard == packets && demuxer.losses == 0, "pieces of \(size)")
        }
    }

    @Test func manyPacketsShareAPage() {
        let segments: [UInt8] = [3, 0, 255, 0, 255, 1, 2], body = (0..<516).map { UInt8(truncatingIfNeeded: $0) }
        var demuxer = OggDemuxer()
        let heard = demuxer.append(page(segments: segments, body, 0, flags: 0)[...])
        #expect(heard == [Array(body[..<3]), Array(body[3..<258]), Array(body[258..<514]), Array(body[514...])])
    }

    @Test func aPacketGoesOnOverPages() {
        let body = [UInt8](repeating: 5, count: 255)
        let first = page(segments: [1, 255], [9] + body, 0, flags: 0)
        let second = page(segments: [255], body, 1, flags: OggPage.continued)
        let third = page(segments: [2, 1], [6, 6, 4], 2, flags: OggPage.continued)
        var demuxer = OggDemuxer()
        #expect(demuxer.append((first + second + third)[...]) == [[9], body + body + [6, 6], [4]])
        // Its middle is missing: what is left of it is no packet.
        demuxer = OggDemuxer()
        #expect(demuxer.append((first + third)[...]) == [[9], [4]])
        // Its beginning is missing.
        demuxer = OggDemuxer()
        #expect(demuxer.append((second + third)[...]) == [[4]])
        // The page after it does not know of it.
        demuxer = OggDemuxer()
        #expect(demuxer.append((first + page([7], 1))[...]) == [[9], [7]])
    }

    @Test func aPacketWithoutEndIsGivenUp() {
        var demuxer = OggDemuxer(), heard: [[UInt8]] = []
        let body = [UInt8](repeating: 5, count: 255 * 255)
        for i in 0..<4 {
            heard += demuxer.append(
                page(segments: Array(repeating: 255, count: 255), body, i, flags: i == 0 ? 0 : OggPage.continued)[...])
        }
        #expect(heard.isEmpty)
        #expect(demuxer.append(page(segments: [3, 1], [1, 2, 3, 4], 4, flags: OggPage.continued)[...]) == [[4]])
    }

    /// One bit wrong in one page: that packet is lost, the later ones come as soon as the page that it pretends to be is over.
    @Test func aPageWithAnErrorAnywhereIsDroppedAndTheNextIsFound() {
        let good = page(packets[1], 0), later = (1..<1500).flatMap { page(packets[1], $0) },
            next = later.prefix(good.count)
        for at in good.indices {
            for bit in 0..<8 {
                var bad = good, demuxer = OggDemuxer()
                bad[at] ^= 1 << UInt8(bit)
                let isSize = at == OggPage.segments || at == OggPage.head
                let heard = demuxer.append((bad + (isSize ? later[...] : next))[...])
                #expect(isSize ? heard.count > 100 : heard.count == 1, "byte \(at), bit \(bit): \(heard.count)")
                #expect(demuxer.losses > 0 && heard.allSatisfy { $0 == packets[1] })
            }
        }
    }

    @Test func garbageBetweenPagesIsSkipped() {
        let junk = Array("OggOggSOg".utf8)
        var demuxer = OggDemuxer(), heard: [[UInt8]] = []
        for part in parts(junk + page([1], 0) + junk.dropLast(2) + page([2], 1), each: 1) {
            heard += demuxer.append(part)
        }
        #expect(heard == [[1], [2]])
        #expect(demuxer.losses > 0)
    }

    @Test func theMuxersStreamIsARealOne() throws {
        var muxer = OggMuxer(), demuxer = OggDemuxer()
        let encoder = try AudioEncoder(serving: .standard)
        let head = muxer.head(rate: 16_000)
        let tags = Array("OpusTags".utf8) + [4, 0, 0, 0] + "duet".utf8 + [0, 0, 0, 0]
        let opus = Array("OpusHead".utf8) + [1, 1, 120, 0, 0x80, 0x3e, 0, 0, 0, 0, 0]
        #expect(demuxer.append(head[...]) == [opus, tags])
        #expect(head[5] == 2 && head[6..<14].allSatisfy { $0 == 0 })
        for slice in 1...4 {
            let packet = try encoder.encode([Float](repeating: 0.1, count: 1280))[0], page = muxer.page(packet)
            #expect(demuxer.append(page[...]) == [packet])
            #expect(OggPage.number(page[...], at: OggPage.granule) == UInt32(slice * 3840))
            #expect(OggPage.number(page[...], at: OggPage.sequence) == UInt32(slice + 1))
        }
        #expect(demuxer.losses == 0)
    }
}
