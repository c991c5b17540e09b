// What is said where memory is short.

import Testing

@testable import Service

@Suite struct MemoryRoomTests {
    @Test func theFirstLimitThatIsTooLowIsNamed() {
        let room = MemoryRoom(machine: 300_000_000, group: 100_000_000, addresses: nil)
        #expect(room.complaint(need: 100_000_000, for: "8 sessions") == nil)
        #expect(
            room.complaint(need: 100_000_001, for: "8 sessions")
                == "8 sessions: 101 MB of memory are needed, and its control group has 100 MB left")
        #expect(MemoryRoom(addresses: -5).complaint(need: 1, for: "a model")?.contains("has 0 MB left") == true)
        #expect(MemoryRoom().complaint(need: .max / 2, for: "a model") == nil)
    }

    @Test func theSystemsFilesAreRead() {
        #expect(
            MemoryRoom.field("B", of: "A:  1 kB\nB:    20 kB\n") == 20480 && MemoryRoom.field("C", of: "A: 1") == nil)
        #expect(MemoryRoom.now.machine ?? 0 > 1 << 20)
    }
}
