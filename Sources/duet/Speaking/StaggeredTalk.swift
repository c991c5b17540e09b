// Clauses of sessions that begin at random times, as in conversations.

internal import Basics
internal import Foundation
internal import Kernels
internal import Synthesis

/// Sessions that speak about half of the time, one thread, a batch for every slice. A batch encodes the clauses that have come since the
/// last one and computes a slice of all that speak. Time is virtual; only processor time is measured.
struct StaggeredTalk {
    private struct Session {
        /// Batches until the next clause.
        var silence: Int
        var seed: UInt64
    }

    private let voice: Synthesis.Voice
    private let manner: Manner
    private let clauses: [[Unicode.Scalar]]
    private let streams: Streams
    private let slice: Int
    private var sessions: [Session]
    private var random: Random
    /// Processor seconds of each clause, until its first slice, and of each batch.
    private var encodings: [Double] = [], firsts: [Double] = [], batches: [Double] = []
    private var sound = 0

    /// `clauses`: phonemes, of which each session says random ones. `slice` in milliseconds.
    init(_ voice: Synthesis.Voice, clauses: [[Unicode.Scalar]], _ manner: Manner, sessions: Int, slice: Int) {
        (self.voice, self.clauses, self.manner, self.slice) = (voice, clauses, manner, slice)
        streams = Streams(voice, slots: sessions)
        random = Random(seed: manner.seed)
        self.sessions = (0..<sessions).map { Session(silence: 0, seed: UInt64($0) << 32) }
        for i in self.sessions.indices { self.sessions[i].silence = silence() }
    }

    /// Uniform from 0 to 6 seconds: about as long as a sentence on average.
    private mutating func silence() -> Int { Int(random.uniform() * Float(6000 / slice)) }

    mutating func run(batches count: Int) { for _ in 0..<count { batch() } }

    private mutating func batch() {
        let began = ThreadClock.now()
        var fresh = 0
        for slot in sessions.indices where !streams.speaks(slot) {
            sessions[slot].silence -= 1
            guard sessions[slot].silence < 0 else { continue }
            let encoding = ThreadClock.now()
            begin(slot)
            encodings.append(ThreadClock.now() - encoding)
            fresh += 1
        }
        let slots = sessions.indices.filter(streams.speaks)
        sound += streams.next(slots, samples: voice.rate * slice / 1000).reduce(0) { $0 + $1.count }
        let took = ThreadClock.now() - began
        firsts += repeatElement(took, count: fresh)
        batches.append(took)
    }

    private mutating func begin(_ slot: Int) {
        var manner = manner
        sessions[slot].seed += 1
        manner.seed &+= sessions[slot].seed
        let phonemes = clauses[random.below(clauses.count)]
        streams.open(slot, voice.clause(phonemes: phonemes, manner))
        sessions[slot].silence = silence()
    }

    func report() {
        guard !firsts.isEmpty, sound > 0 else { return print("nothing to say") }
        let seconds = Double(sound) / Double(voice.rate), time = Double(batches.count * slice) / 1000
        print(
            String(
                format: """
                    %d sessions for %.0f s, %.0f %% of them speaking; processor time for a second of sound: %.4f s
                    first slice after a clause is there: %@, n %d; of it the clause itself: %@
                    a batch: %@
                    """, sessions.count, time, 100 * seconds / time / Double(sessions.count),
                batches.reduce(0, +) / seconds, Self.summary(firsts), firsts.count, Self.summary(encodings),
                Self.summary(batches)))
    }

    private static func summary(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        return String(
            format: "median %.1f ms, p95 %.1f ms", sorted[sorted.count / 2] * 1000,
            sorted[min(sorted.count - 1, sorted.count * 95 / 100)] * 1000)
    }
}
