// Measures the assistant's speech: intelligibility to an independent recogniser, rate, clicks and gaps.

internal import Foundation

/// Figures over spoken answers.
public struct OutputQuality {
    public static let title = "output"
    /// Shortest exact silence between sounds that counts as a gap.
    private static let gapSecondsMin = 0.01
    /// A gap with speech this close on both sides lies within a word.
    private static let wordSeconds = 0.03

    private let answers: [SpokenAnswer]
    /// What Whisper hears in each clip. Nil where its weights are missing.
    private let whisper: (([[Float]]) throws -> [String])?

    public init(_ answers: [SpokenAnswer], whisper: (([[Float]]) throws -> [String])? = nil) {
        (self.answers, self.whisper) = (answers, whisper)
    }

    /// The report's section. `vocabulary`: words that the recogniser can choose from; `countMax`: answers that it transcribes.
    public func section(vocabulary: Set<String>, countMax: Int) -> Report.Section {
        var section = Report.Section(title: Self.title, conversations: 0, figures: [rate, clicks, gaps])
        var notes: [String] = []
        do {
            if whisper == nil { notes.append("Whisper's judgement needs Scripts/fetch-weights") }
            section.figures = try whisperErrorRate(countMax) + section.figures
            if Recogniser.isInstalled {
                section.figures = try errorRates(vocabulary, countMax) + section.figures
            } else {
                notes.append("word error rates need apt-get install \(Recogniser.packages)")
            }
            if !Festival.isInstalled { notes.append("the original voice needs apt-get install \(Festival.packages)") }
        } catch { notes.append("the recogniser failed: \(error)") }
        section.note = notes.isEmpty ? nil : notes.joined(separator: "; ")
        return section
    }

    // MARK: Intelligibility

    /// Word error rates of the answers, and of the reference voice saying the same.
    private func errorRates(_ vocabulary: Set<String>, _ countMax: Int) throws -> [Figure] {
        let folder = NSTemporaryDirectory() + "duet-eval-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // Skip answers that spell: the recogniser knows words, not letters.
        let clear = answers.filter { answer in
            let words = Judge.normalized(answer.text)
            return !words.isEmpty && 2 * words.count { $0.count == 1 } < words.count
        }
        let heard = Self.spread(clear, countMax), texts = heard.map(\.text)
        let recogniser = try Recogniser(
            vocabulary: vocabulary.union(texts.flatMap(Judge.normalized)), folder: folder)
        let name = Self.title + ".word-error-rate"
        var figures = [Self.errorRate(name, texts, try recogniser.words(of: heard.map(\.samples), name: "spoken"))]
        if Festival.isInstalled {
            let originals = try Festival.speak(texts, folder: folder)
            let words = try recogniser.words(of: originals, name: "original")
            figures.append(Self.errorRate(name + ".original-voice", texts, words))
            let ours = figures[0], original = figures[1]
            if let a = ours.value, let b = original.value {
                figures.append(Figure(name + ".above-original", a - b, .difference, n: ours.n))
            }
        }
        return figures
    }

    /// The same answers, each alone, by Whisper with full context; any English word is possible.
    private func whisperErrorRate(_ countMax: Int) throws -> [Figure] {
        let heard = Self.spread(answers.filter { !$0.text.isEmpty }, countMax)
        guard let whisper, !heard.isEmpty else { return [] }
        let pairs = zip(heard, try whisper(heard.map(\.samples))).map { (said: $0.text, heard: $1) }
        return [Quantities.errorRate(Self.title + ".word-error-rate.whisper", pairs)]
    }

    /// `count` answers, evenly spaced.
    private static func spread(_ all: [SpokenAnswer], _ count: Int) -> [SpokenAnswer] {
        all.count <= count ? all : (0..<count).map { all[$0 * all.count / count] }
    }

    private static func errorRate(_ name: String, _ texts: [String], _ heard: [[String]]) -> Figure {
        let wanted = texts.map(Judge.normalized), words = wanted.reduce(0) { $0 + $1.count }
        let errors = zip(wanted, heard).reduce(0) { $0 + WordErrors.count($1.0, $1.1) }
        return Figure(name, words > 0 ? Double(errors) / Double(words) : nil, .errorRate, n: words)
    }

    // MARK: Sound

    private var rate: Figure {
        let words = answers.reduce(0) { $0 + Judge.normalized($1.text).count }
        let minutes = answers.reduce(0) { $0 + Double($1.samples.count) } / Double(Recording.rate) / 60
        return Figure(
            Self.title + ".speaking-rate", minutes > 0 ? Double(words) / minutes : nil, .perMinute, n: answers.count)
    }

    /// Steps between neighbouring samples: the 99th percentile at slice boundaries, relative to that elsewhere. 1 is inaudible.
    private var clicks: Figure {
        var seams: [Double] = [], others: [Double] = []
        for answer in answers {
            for i in answer.samples.indices.dropFirst() where answer.samples[i] != 0 {
                let step = Double(abs(answer.samples[i] - answer.samples[i - 1]))
                if (i - answer.sliceStart) % answer.sliceSamples == 0 {
                    seams.append(step)
                } else {
                    others.append(step)
                }
            }
        }
        let seam = Figure.quantile(0.99, seams.sorted()), other = Figure.quantile(0.99, others.sorted())
        return Figure(
            Self.title + ".clicks", seam.flatMap { a in other.map { a / max($0, 1e-9) } }, .ratio, n: seams.count)
    }

    /// Stretches of exact silence within speech, per minute of speech.
    private var gaps: Figure {
        let count = answers.reduce(0) { $0 + Self.gaps($1.samples) }
        let minutes = answers.reduce(0) { $0 + Double($1.samples.count) } / Double(Recording.rate) / 60
        return Figure(Self.title + ".gaps", minutes > 0 ? Double(count) / minutes : nil, .perMinute, n: answers.count)
    }

    static func gaps(_ samples: [Float]) -> Int {
        let shortest = Int(gapSecondsMin * Double(Recording.rate)), near = Int(wordSeconds * Double(Recording.rate))
        func isLoud(_ range: Range<Int>) -> Bool {
            Signal.rms(Array(samples[range.clamped(to: samples.indices)])) > Ear.loudness
        }
        var count = 0, start: Int?
        for i in samples.indices {
            if samples[i] == 0 {
                start = start ?? i
            } else if let from = start {
                if i - from >= shortest, isLoud(from - near..<from), isLoud(i..<i + near) { count += 1 }
                start = nil
            }
        }
        return count
    }
}
