// Audio that came faster than it is spoken: a client and an engine on a clock of slices.

import Basics
import Testing

@testable import Wire

@Suite struct InputBacklogTests {
    private static let slice = 1280

    /// An engine that takes a slice whenever one is over, and counts what it had to do without.
    private struct Ear {
        var backlog: InputBacklog
        /// What the engine holds.
        private(set) var ring: [Float] = []
        private(set) var heard: [Float] = []
        private(set) var missing = 0, dropped = 0
        private(set) var ringMax = 0

        init(secondsMax: Double = 4) { backlog = InputBacklog(secondsMax: secondsMax, clock: .standard) }

        mutating func come(_ samples: [Float]) {
            let step = backlog.append(samples, ahead: ring.count, room: 5120 - ring.count)
            ring += step.released
            dropped += step.dropped
            ringMax = max(ringMax, ring.count)
        }

        mutating func pass(_ slices: Int = 1) {
            for _ in 0..<slices {
                let taken = min(slice, ring.count)
                heard += ring[..<taken] + [Float](repeating: 0, count: slice - taken)
                missing += slice - taken
                ring.removeFirst(taken)
                ring += backlog.advance(ahead: ring.count)
            }
        }

        /// Pieces of `milliseconds`, each when it has been spoken, of a voice that never repeats itself.
        mutating func stream(_ samples: [Float], pieces milliseconds: Int) {
            let size = milliseconds * 16
            var sent = 0
            for time in stride(from: 20, through: samples.count / 16, by: 20) {
                while sent + size <= time * 16 {
                    come(Array(samples[sent..<sent + size]))
                    sent += size
                }
                if time % 80 == 0 { pass() }
            }
        }
    }

    /// Sample n says which it is, and is loud.
    private func voice(_ milliseconds: Int, from first: Int = 0) -> [Float] {
        (first..<first + milliseconds * 16).map { 0.1 + Float($0) * 1e-6 }
    }

    private func silence(_ milliseconds: Int) -> [Float] { [Float](repeating: 0, count: milliseconds * 16) }

    private func loud(_ samples: [Float]) -> [Float] { samples.filter { $0 != 0 } }

    @Test(arguments: [10, 20, 40, 100]) func whatComesAsItIsSpokenIsPassedOnAsItIs(_ milliseconds: Int) {
        var backlog = InputBacklog(secondsMax: 4, clock: .standard), ahead = 0
        for piece in 0..<200 {
            let samples = piece % 7 < 3 ? silence(milliseconds) : voice(milliseconds, from: piece)
            let step = backlog.append(samples, ahead: ahead, room: 5120 - ahead)
            #expect(step == InputBacklog.Step(released: samples) && backlog.isEmpty)
            ahead += samples.count
            while ahead >= 2 * Self.slice {
                ahead -= Self.slice
                #expect(backlog.advance(ahead: ahead).isEmpty)
            }
        }
    }

    /// Nothing is lost, nothing is missing inside the voice, and little of it waits in the engine, which would cut it.
    @Test(arguments: [400, 800, 1000, 2000]) func pagesAreHeardWithoutAHole(_ milliseconds: Int) {
        var ear = Ear()
        let said = voice(2600)
        ear.stream(silence(1240) + said + silence(4160), pieces: milliseconds)
        #expect(loud(ear.heard) == said && ear.dropped == 0)
        let first = ear.heard.firstIndex { $0 != 0 } ?? 0
        #expect(Array(ear.heard[first..<first + said.count]) == said, "no hole")
        #expect(ear.ringMax <= 5120)
    }

    @Test func packetsThatComeTogetherOnceASecondAreHeardWithoutAHole() {
        var ear = Ear()
        let said = voice(2600), all = silence(3240) + said + silence(2160)
        for second in 0..<8 {
            for packet in 0..<50 {
                ear.come(Array(all[(second * 50 + packet) * 320..<(second * 50 + packet + 1) * 320]))
            }
            ear.pass(12 + (second % 2))
        }
        let first = ear.heard.firstIndex { $0 != 0 } ?? 0
        #expect(Array(ear.heard[first..<first + said.count]) == said)
    }

    /// After a stall of two seconds the conversation is as far as the clock as soon as there was enough silence.
    @Test func aStallIsMadeUpForInSilence() {
        var ear = Ear()
        ear.stream(silence(480), pieces: 20)
        ear.pass(25)
        for packet in 0..<100 { ear.come(voice(20, from: packet)) }
        #expect(ear.backlog.count > 25_000)
        ear.stream(voice(800), pieces: 20)
        #expect(ear.backlog.count > 25_000, "as late as before while somebody speaks")
        ear.stream(silence(2400), pieces: 20)
        #expect(ear.backlog.isEmpty && ear.dropped == 0)
        #expect(loud(ear.heard).count == 2800 * 16)
    }

    /// The first 240 ms of a silence are never cut: they tell that somebody has finished.
    @Test func ofASilenceSomethingIsHeard() {
        var ear = Ear(secondsMax: 30)
        ear.come(voice(1000) + silence(1000) + voice(1000))
        ear.pass(40)
        let gap = ear.heard.drop { $0 != 0 }.prefix { $0 == 0 }.count
        #expect(gap == 240 * 16 && loud(ear.heard).count == 32_000)
    }

    @Test func whatIsTooMuchIsLostAndCounted() {
        var ear = Ear(secondsMax: 1)
        for _ in 0..<10 { ear.come(voice(200)) }
        #expect(ear.dropped > 0 && ear.backlog.count <= 16_000)
        ear.pass(20)
        #expect(loud(ear.heard).count + ear.dropped == 32_000 && ear.backlog.isEmpty)
    }

    @Test func whatIsForgottenIsNotHeard() {
        var ear = Ear()
        ear.come(voice(2000))
        ear.backlog.clear()
        ear.pass(10)
        #expect(ear.backlog.isEmpty && loud(ear.heard).count <= 100 * 16)
        ear.come(voice(100))
        ear.pass(2)
        #expect(loud(ear.heard).count == 200 * 16, "what comes behind it is")
    }
}
