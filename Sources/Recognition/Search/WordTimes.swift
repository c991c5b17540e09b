// When each word is said: by what the decoder attends to.

internal import Glibc

/// Dynamic time warping of tokens to frames over the alignment heads' attention (OpenAI's whisper/timing.py).
enum WordTimes {
    /// Seconds of a frame of features.
    static let frame = 0.02
    /// No word is shortened to less.
    private static let wordSecondsMin = 0.7
    /// Frames of the median filter.
    private static let median = 7

    /// The frame at which each row begins. `seen` [rows][heads, frames].
    static func starts(_ seen: [[Float]], heads: Int) -> [Int] {
        guard let first = seen.first, heads > 0, case let frames = first.count / heads, frames > 0 else { return [] }
        let costs = costs(seen, heads: heads, frames: frames)
        return path(costs, rows: seen.count, frames: frames)
    }

    /// Each head's attention, standardized over the rows, smoothed over frames, averaged over heads; negated. [rows, frames]
    private static func costs(_ seen: [[Float]], heads: Int, frames: Int) -> [Float] {
        var costs = [Float](repeating: 0, count: seen.count * frames)
        var window = [Float](repeating: 0, count: median), line = [Float](repeating: 0, count: frames)
        for head in 0..<heads {
            let (means, deviations) = spread(seen, from: head * frames, frames: frames)
            for (row, all) in seen.enumerated() {
                for i in 0..<frames { line[i] = (all[head * frames + i] - means[i]) / deviations[i] }
                for i in 0..<frames {
                    for j in 0..<median { window[j] = line[mirrored(i + j - median / 2, frames)] }
                    window.sort()
                    costs[row * frames + i] -= window[median / 2] / Float(heads)
                }
            }
        }
        return costs
    }

    private static func mirrored(_ i: Int, _ count: Int) -> Int {
        guard count > median / 2 else { return min(max(i, 0), count - 1) }
        return i < 0 ? -i : i >= count ? 2 * count - 2 - i : i
    }

    /// Mean and standard deviation of each frame over the rows.
    private static func spread(_ seen: [[Float]], from first: Int, frames: Int) -> (means: [Float], deviations: [Float])
    {
        var means = [Float](repeating: 0, count: frames), deviations = means
        for i in 0..<frames {
            for row in seen { means[i] += row[first + i] / Float(seen.count) }
            for row in seen {
                deviations[i] += (row[first + i] - means[i]) * (row[first + i] - means[i]) / Float(seen.count)
            }
            deviations[i] = max(deviations[i].squareRoot(), 1e-10)
        }
        return (means, deviations)
    }

    /// The cheapest monotonic path; the frame of each row's first step.
    private static func path(_ costs: [Float], rows: Int, frames: Int) -> [Int] {
        var sums = [Float](repeating: .infinity, count: (rows + 1) * (frames + 1))
        /// 0: both advance, 1: the row, 2: the frame.
        var steps = [UInt8](repeating: 2, count: sums.count)
        let width = frames + 1
        sums[0] = 0
        for row in 1...rows {
            for frame in 1...frames {
                let at = row * width + frame
                let (both, up, left) = (sums[at - width - 1], sums[at - width], sums[at - 1])
                steps[at] = both < up && both < left ? 0 : up < both && up < left ? 1 : 2
                sums[at] = costs[(row - 1) * frames + frame - 1] + (steps[at] == 0 ? both : steps[at] == 1 ? up : left)
            }
        }
        var starts = [Int](repeating: 0, count: rows), row = rows, frame = frames
        while row > 0, frame > 0 {
            starts[row - 1] = frame - 1
            let step = steps[row * width + frame]
            if step != 2 { row -= 1 }
            if step != 1 { frame -= 1 }
        }
        return starts
    }

    /// Words of `tokens`; a word begins where a token begins with a blank. Times are within `seconds`.
    static func words(
        _ text: Hypothesis, _ vocabulary: SpeechVocabulary, heads: Int, seconds: Double
    ) -> [Transcript.Word] {
        let starts = starts(text.seen, heads: heads).map { min(Double($0) * frame, seconds) }
        guard starts.count >= text.tokens.count else { return [] }
        var words: [Transcript.Word] = [], first = 0
        for next in 1..<max(1, text.tokens.count) + 1
        where next == text.tokens.count || vocabulary.beginsWord(text.tokens[next]) {
            guard first < next else { break }
            let word = vocabulary.text(text.tokens[first..<next])
            // A pause goes to the punctuation in it.
            var end = next
            while end > first + 1, isPunctuation(vocabulary.bytes(text.tokens[end - 1])) { end -= 1 }
            words.append(
                Transcript.Word(
                    text: String(word.drop { $0 == " " }), start: starts[first],
                    end: max(end < starts.count ? starts[end] : seconds, starts[first])))
            first = next
        }
        return shortened(words.filter { !$0.text.isEmpty })
    }

    private static func isPunctuation(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy {
            $0 < 128 && !Character(Unicode.Scalar($0)).isLetter && !Character(Unicode.Scalar($0)).isNumber
        }
    }

    /// A word that seems to last more than twice as long as usual has a pause after it.
    private static func shortened(_ words: [Transcript.Word]) -> [Transcript.Word] {
        let lengths = words.map { $0.end - $0.start }.sorted()
        guard !lengths.isEmpty else { return words }
        let most = max(wordSecondsMin, 2 * lengths[lengths.count / 2])
        return words.map { Transcript.Word(text: $0.text, start: $0.start, end: min($0.end, $0.start + most)) }
    }
}
