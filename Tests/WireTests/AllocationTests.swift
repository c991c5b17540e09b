// What a slice of the native protocol asks for where the client asked for nothing more.

import Audio
import CAllocations
import Testing

@testable import Wire

@Suite(.enabled(if: allocations_are_counted())) struct AllocationTests {
    /// Slices of silence and of a voice: as much memory as their audio takes, and nothing for numbers, places and kept texts.
    @Test(arguments: [("audio/pcm", 16_000), ("audio/pcm", 24_000), ("audio/opus", 24_000), ("audio/pcmu", 8000)])
    func aSliceTakesWhatItsAudioTakes(_ type: String, _ rate: Int) throws {
        let format = try #require(AudioFormat.Codec(rawValue: type).flatMap { AudioFormat(codec: $0, rate: rate) })
        let encoder = try AudioEncoder(serving: format), client = DuetClient(type: type, rate: rate)
        client.wire.ticket = .make()
        _ = client.start()
        let slices = [[Float](repeating: 0, count: 1280), (0..<1280).map { Float($0 % 50) / 100 }]
        var messages: [WireMessage] = [], bare = 0, told = 0
        for number in 0..<60 {
            let slice = slices[number / 10 % 2], before = allocation_count()
            messages.removeAll(keepingCapacity: true)
            try encoder.encode(slice) { messages.append(.binary($0)) }
            let between = allocation_count()
            messages.removeAll(keepingCapacity: true)
            client.wire.encode(.audio(slice), into: &messages)
            let after = allocation_count()
            if number >= 20 { (bare, told) = (bare + between - before, told + after - between) }
        }
        #expect(bare > 0 && told <= bare, "\(told) times instead of \(bare)")
    }

    /// While nobody is answered, a slice of Realtime takes what its encoder takes.
    @Test func aSliceOfRealtimeTakesWhatItsEncoderTakes() throws {
        let format = try #require(AudioFormat(codec: .pcm, rate: 24_000))
        let encoder = try AudioEncoder(serving: format), wire = RealtimeClient().wire
        let slice = [Float](repeating: 0, count: 1280)
        var audio: [[UInt8]] = [], messages: [WireMessage] = [], bare = 0, told = 0
        for number in 0..<40 {
            let before = allocation_count()
            try encoder.encode(slice) { audio.append($0) }
            audio.removeAll(keepingCapacity: true)
            let between = allocation_count()
            wire.encode(.audio(slice), into: &messages)
            let after = allocation_count()
            if number >= 20 { (bare, told) = (bare + between - before, told + after - between) }
        }
        #expect(bare > 0 && told <= bare, "\(told) times instead of \(bare)")
    }
}
