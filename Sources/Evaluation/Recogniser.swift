// An independent recogniser: pocketsphinx with its own English model, where any sequence of the given words is equally likely.

internal import Basics
internal import Foundation

/// Runs pocketsphinx over a batch of clips.
struct Recogniser {
    static let packages = "pocketsphinx pocketsphinx-en-us"
    private static let model = "/usr/share/pocketsphinx/model/en-us"

    /// Pronunciations of the words that the recogniser's dictionary knows.
    private let dictionary: [String: [Substring]]
    private let folder: String

    static var isInstalled: Bool {
        Program.isInstalled("pocketsphinx_batch")
            && FileManager.default.fileExists(atPath: model + "/cmudict-en-us.dict")
    }

    /// `vocabulary`: the words to choose from; those without a pronunciation are left out.
    init(vocabulary: Set<String>, folder: String) throws {
        let text = try String(contentsOfFile: Self.model + "/cmudict-en-us.dict", encoding: .utf8)
        var dictionary: [String: [Substring]] = [:]
        for line in text.split(separator: "\n") {
            // Alternative pronunciations are marked "word(2)".
            let word = String(line.prefix { $0 != " " && $0 != "(" })
            if vocabulary.contains(word) { dictionary[word, default: []].append(line) }
        }
        (self.dictionary, self.folder) = (dictionary, folder)
        try write(dictionary.keys.sorted().flatMap { dictionary[$0]! }.joined(separator: "\n") + "\n", "words.dict")
        try write(languageModel, "words.arpa")
    }

    /// A flat unigram model: unlike a grammar's loop, it lets the search share the beginnings of words.
    private var languageModel: String {
        let words = dictionary.keys.sorted()
        let weight = String(format: "%.4f", -log10(Double(words.count + 1)))
        let head = ["\\data\\", "ngram 1=\(words.count + 2)", "", "\\1-grams:", "-99 <s>", "\(weight) </s>"]
        return (head + words.map { "\(weight) \($0)" } + ["", "\\end\\", ""]).joined(separator: "\n")
    }

    private func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/" + name))
    }

    /// The words of each clip. `name` distinguishes the files of two batches.
    func words(of clips: [[Float]], name: String) throws -> [[String]] {
        for (index, clip) in clips.enumerated() {
            try WAV(rate: 16_000, channels: [Self.prepared(clip)]).data.write(
                to: URL(fileURLWithPath: "\(folder)/\(name)\(index).wav"))
        }
        try write(clips.indices.map { "\(name)\($0)\n" }.joined(), name + ".list")
        let hypotheses = "\(folder)/\(name).words"
        _ = try Program.run([
            "pocketsphinx_batch", "-hmm", Self.model + "/en-us", "-dict", folder + "/words.dict", "-lm",
            folder + "/words.arpa", "-ctl", "\(folder)/\(name).list", "-cepdir", folder, "-cepext", ".wav", "-adcin",
            "yes", "-adchdr", "44", "-hyp", hypotheses, "-logfn", "/dev/null",
        ])
        let lines = try String(contentsOfFile: hypotheses, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        // A line is "words (clip score)".
        return clips.indices.map { index in
            index < lines.count ? lines[index].prefix { $0 != "(" }.split(separator: " ").map(String.init) : []
        }
    }

    /// Scales to half of full scale and adds silence around; adds noise, because the model's features cannot handle exact zeros.
    private static func prepared(_ clip: [Float]) -> [Float] {
        let gain = 0.5 / max(0.01, clip.map(abs).max() ?? 0), silence = [Float](repeating: 0, count: 3200)
        var random = Random(seed: 0)
        return (silence + clip.map { $0 * gain } + silence).map { $0 + random.normal() * 2e-4 }
    }
}
