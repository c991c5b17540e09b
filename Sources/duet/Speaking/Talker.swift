// Speaks texts for `duet say`, and measures.

internal import Basics
internal import Foundation
internal import Kernels
internal import Synthesis

/// Speaks texts slice by slice, and measures.
struct Talker {
    private let voice: Synthesis.Voice
    private let pronouncer: Pronouncer?
    private let manner: Manner
    private let sessions, sliceSamples: Int
    private let streams: Streams
    /// Processor seconds of clauses and of slices, seconds of sound of all sessions, and of each sentence until its first slice.
    private var clauses = 0.0, slices = 0.0, sound = 0.0
    private var firsts: [Double] = []

    init(_ voice: Synthesis.Voice, _ pronouncer: Pronouncer?, _ manner: Manner, sessions: Int, slice: Int) {
        (self.voice, self.pronouncer, self.manner, self.sessions) = (voice, pronouncer, manner, sessions)
        sliceSamples = voice.rate * slice / 1000
        streams = Streams(voice, slots: sessions)
    }

    /// The first session's sound: sentences with a short pause between them.
    mutating func speak(_ text: String) -> [Float] {
        let all = pronouncer?.sentences(text).map(\.phonemes) ?? [Array(text.unicodeScalars)]
        return all.flatMap { speak($0) + [Float](repeating: 0, count: voice.rate / 5) }
    }

    private mutating func speak(_ phonemes: [Unicode.Scalar]) -> [Float] {
        let began = ThreadClock.now(), slots = Array(0..<sessions)
        let clause = voice.clause(phonemes: phonemes, manner), encoded = ThreadClock.now()
        slots.forEach { streams.open($0, clause) }
        var samples: [Float] = []
        while streams.speaks(0) {
            samples += streams.next(slots, samples: sliceSamples)[0]
            if firsts.count < sentences + 1 { firsts.append(ThreadClock.now() - began) }
        }
        sentences += 1
        clauses += encoded - began
        slices += ThreadClock.now() - encoded
        sound += Double(samples.count) / Double(voice.rate) * Double(sessions)
        return samples
    }
    private var sentences = 0

    func report() {
        guard sound > 0 else { return print("nothing to say") }
        let sorted = firsts.sorted(), median = sorted[sorted.count / 2] * 1000
        let late = sorted[min(sorted.count - 1, sorted.count * 95 / 100)] * 1000
        print(
            String(
                format: """
                    %.1f s of sound, %d sessions at once; processor time for a second of it: %.4f s (clauses %.4f, slices %.4f)
                    first slice after a clause is there: median %.1f ms, p95 %.1f ms of processor time, n %d
                    """, sound, sessions, (clauses * Double(sessions) + slices) / sound,
                clauses * Double(sessions) / sound,
                slices / sound, median, late, firsts.count))
    }
}
