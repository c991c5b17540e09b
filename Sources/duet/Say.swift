// `duet say`: speaks a text with a Piper voice into a WAV file.

internal import ArgumentParser
internal import Basics
internal import Bench
internal import Callers
internal import Evaluation
internal import Foundation
internal import Kernels
internal import Synthesis
internal import Transformer

struct Say: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Speak a text with a Piper voice, and say how fast that was (docs/voices.md).")

    @Argument(help: "The text; with --lines a file whose lines are spoken into OUT/00.wav, OUT/01.wav …")
    var text: String
    @Option(help: "A Piper voice: an ONNX file with its json beside it. Scripts/fetch-voice fetches this one.")
    var voice = ".weights/voices/en_US-joe-medium.onnx"
    @Option(help: "The folder of the pronunciations.") var lexicon = ".weights/voices/lexicon"
    @Option(help: "The WAV file to write; with --lines a folder.") var out = "said.wav"
    @Option(help: "Index of the speaker.") var speaker = 0
    @Option(help: "2 is twice as fast.") var speed: Float = 1
    @Option(help: "Share of the noise that the voice asks for; 0 to 1.") var noise: Float = 1
    @Option(help: "Seed of the noise.") var seed: UInt64 = 1
    @Option(help: "Precision of flow and decoder: \(Precision.names).") var weights = Precision.f32
    @Option(help: "Sessions that say the same at the same time, to measure.") var sessions = 1
    @Option(help: "Milliseconds of a slice.") var slice = 80
    @Flag(help: "The text is phonemes, in IPA as espeak-ng writes it.") var phonemes = false
    @Flag(help: "Speak each line of a file.") var lines = false

    func validate() throws {
        guard speed > 0.1, speed <= 10 else { throw ValidationError("--speed goes from 0.1 to 10") }
        guard (0...10).contains(noise) else { throw ValidationError("--noise goes from 0 to 10") }
        guard (1...256).contains(sessions) else { throw ValidationError("--sessions goes from 1 to 256") }
        guard (10...1000).contains(slice) else { throw ValidationError("--slice goes from 10 to 1000") }
    }

    func run() throws {
        guard FileManager.default.fileExists(atPath: voice) else {
            throw ModelError("\(voice) is missing: Scripts/fetch-voice fetches a voice, or name one with --voice")
        }
        let loaded = try Synthesis.Voice(path: voice, precision: weights)
        guard speaker >= 0, speaker < loaded.speakers else {
            throw ModelError("\(voice) has \(loaded.speakers) speakers, from 0")
        }
        KernelTable.choose(loaded.products)
        let pronouncer = phonemes ? nil : try Pronouncer(folder: lexicon)
        let manner = Manner(speaker: speaker, speed: speed, noise: noise, seed: seed)
        var talker = Talker(loaded, pronouncer, manner, sessions: sessions, slice: slice)
        if lines {
            let all = try String(contentsOfFile: text, encoding: .utf8).split(separator: "\n")
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            for (i, line) in all.enumerated() {
                try write(talker.speak(String(line)), to: String(format: "%@/%02d.wav", out, i), rate: loaded.rate)
            }
        } else {
            try write(talker.speak(text), to: out, rate: loaded.rate)
        }
        talker.report()
    }

    private func write(_ samples: [Float], to path: String, rate: Int) throws {
        do {
            try WAV(rate: rate, channels: [samples]).data.write(to: URL(fileURLWithPath: path))
        } catch { throw CommandError(.output, "cannot write \(path): \(error.localizedDescription)") }
    }
}

/// Speaks texts slice by slice, and measures.
private struct Talker {
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
