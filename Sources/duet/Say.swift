// `duet say`: speaks a text with a voice into a WAV file.

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
        abstract: "Speak a text with a voice, and say how fast that was (docs/voices.md).")

    @Argument(help: "The text; with --lines a file whose lines are spoken into OUT/00.wav, OUT/01.wav …")
    var text: String
    @Option(help: "A Piper voice (an ONNX file with its json beside it) or a small one (a safetensors file).")
    var voice = ".weights/voices/en_US-joe-medium.onnx"
    @Option(help: "The folder of the pronunciations; without it, a network beside the voice reads words.")
    var lexicon = ".weights/voices/lexicon"
    @Option(help: "The WAV file to write; with --lines a folder.") var out = "said.wav"
    @Option(help: "Index of the speaker.") var speaker = 0
    @Option(help: "2 is twice as fast.") var speed: Float = 1
    @Option(help: "Share of the noise that the voice asks for; 0 to 1.") var noise: Float = 1
    @Option(help: "Seed of the noise.") var seed: UInt64 = 1
    @Option(help: "Precision of what runs in every slice: \(Precision.names). The default is the voice's best.")
    var weights: Precision?
    @Option(help: "Sessions that say the same at the same time, to measure.") var sessions = 1
    @Option(help: "Seconds of random sentences of the text at random times, to measure.")
    var staggered: Int?
    @Option(help: "Milliseconds of a slice.") var slice = 80
    @Flag(help: "The text is phonemes, in IPA as espeak-ng writes it.") var phonemes = false
    @Flag(help: "Speak each line of a file.") var lines = false

    func validate() throws {
        guard speed > 0.1, speed <= 10 else { throw ValidationError("--speed goes from 0.1 to 10") }
        guard (0...10).contains(noise) else { throw ValidationError("--noise goes from 0 to 10") }
        guard (1...256).contains(sessions) else { throw ValidationError("--sessions goes from 1 to 256") }
        guard (1...3600).contains(staggered ?? 1) else { throw ValidationError("--staggered goes from 1 to 3600") }
        guard (10...1000).contains(slice) else { throw ValidationError("--slice goes from 10 to 1000") }
    }

    func run() throws {
        guard FileManager.default.fileExists(atPath: voice) else {
            throw ModelError(
                "\(voice) is missing: Scripts/fetch-voice fetches it, or name one with --voice, such as Models/duet-1/voice.safetensors"
            )
        }
        let loaded = try Synthesis.Voice(path: voice, precision: weights)
        guard speaker >= 0, speaker < loaded.speakers else {
            throw ModelError("\(voice) has \(loaded.speakers) speakers, from 0")
        }
        KernelTable.choose(loaded.products)
        let beside = URL(fileURLWithPath: voice).deletingLastPathComponent().path + "/letters.safetensors"
        let letters = FileManager.default.fileExists(atPath: beside) ? beside : nil
        let pronouncer = phonemes ? nil : try Pronouncer(folder: lexicon, letters: letters)
        let manner = Manner(speaker: speaker, speed: speed, noise: noise, seed: seed)
        if let staggered {
            let all = try lines ? String(contentsOfFile: text, encoding: .utf8) : text
            var talk = StaggeredTalk(
                loaded, clauses: clauses(all, pronouncer), manner, sessions: sessions, slice: slice)
            talk.run(batches: staggered * 1000 / slice)
            return talk.report()
        }
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

    private func clauses(_ text: String, _ pronouncer: Pronouncer?) -> [[Unicode.Scalar]] {
        text.split(separator: "\n").map(String.init).flatMap { line in
            pronouncer?.sentences(line).map(\.phonemes) ?? [Array(line.unicodeScalars)]
        }
    }

    private func write(_ samples: [Float], to path: String, rate: Int) throws {
        do {
            try WAV(rate: rate, channels: [samples]).data.write(to: URL(fileURLWithPath: path))
        } catch { throw CommandError(.output, "cannot write \(path): \(error.localizedDescription)") }
    }
}
