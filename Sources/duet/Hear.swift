// `duet hear`: writes down what is said in files.

internal import ArgumentParser
internal import Bench
internal import Callers
internal import Evaluation
internal import Foundation
internal import Kernels
internal import Recognition

struct Hear: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write down what is said in WAV files.",
        discussion: """
            Whisper with full context, over all files at once. Each file's words come with their times, and the mean log \
            probability of the text: below -1 it is a guess.
            """)

    @Argument(help: "WAV files of 16-bit PCM.", completion: .file(extensions: ["wav"])) var files: [String]
    @Option(help: "Folder with Whisper's weights in CTranslate2's format (Scripts/fetch-weights).")
    var recognizer = ".weights/tiny.en"
    @Option(help: "Language that is spoken, by Whisper's code; models for English alone know no other.")
    var language = "en"
    @Option(help: "Precision of the products: \(Precision.names).") var precision = RecognizerOptions().precision
    @Option(parsing: .unconditional, help: "Files that are decoded together.") var atOnce = RecognizerOptions().turnsMax
    @Flag(help: "Print a line of JSON for each file.") var json = false

    func validate() throws {
        guard (1...64).contains(atOnce) else { throw ValidationError("--at-once must be 1 to 64") }
    }

    func run() throws {
        guard FileManager.default.fileExists(atPath: recognizer + "/model.bin") else {
            throw CommandError(
                .input,
                "\(recognizer)/model.bin is missing: Scripts/fetch-weights fetches it, or name its folder with --recognizer"
            )
        }
        var options = RecognizerOptions()
        (options.language, options.precision, options.turnsMax) = (language, precision, atOnce)
        let recognizer = try Recognizer.load(recognizer, options: options)
        for from in stride(from: 0, to: files.count, by: atOnce) {
            let these = files[from..<min(from + atOnce, files.count)]
            let texts = recognizer.transcribe(try these.map(WAV.samples))
            for (file, text) in zip(these, texts) { try show(text, of: file) }
        }
    }

    private func show(_ text: Transcript, of file: String) throws {
        if json { return print(String(decoding: try JSONEncoder.sorted.encode(Line(file, text)), as: UTF8.self)) }
        let why = text.dropped.map { ", dropped: \($0)" } ?? (text.isRepeating ? ", repeated itself" : "")
        print("\(file): \(text.text) (log probability \(String(format: "%.2f", text.meanLogProbability))\(why))")
        for word in text.words { print(String(format: "  %6.2f … %6.2f  ", word.start, word.end) + word.text) }
    }

    /// What `--json` prints.
    private struct Line: Encodable {
        struct Word: Encodable {
            var text: String
            var start, end: Double
        }

        var file, text: String
        var words: [Word]
        var logProbability, noSpeechProbability: Float
        var isRepeating: Bool
        var dropped: String?

        init(_ file: String, _ text: Transcript) {
            (self.file, self.text) = (file, text.text)
            words = text.words.map { Word(text: $0.text, start: $0.start, end: $0.end) }
            (logProbability, noSpeechProbability) = (text.meanLogProbability, text.noSpeechProbability)
            (isRepeating, dropped) = (text.isRepeating, text.dropped?.rawValue)
        }
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
