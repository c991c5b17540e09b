// The search for a text, repetitions, times of words, and cuts, without a model.

import Testing

@testable import Recognition

@Suite struct TextSearchTests {
    /// A language of the tokens 0 and 1, and 2 for the end: the probability of a token after a text.
    private static func run(width: Int, _ probability: (_ text: [Int32], _ token: Int32) -> Float) -> TextSearch {
        var search = TextSearch(width: width, lanes: Array(0..<2 * width), end: 2, tokensMax: 12)
        var lanes: [Int: [Int32]] = [0: []]
        while !search.isDone {
            for text in search.live { lanes[text.lane] = text.tokens }
            let candidates = search.live.map { text in
                (Int32(0)..<3).map { (token: $0, logProbability: probability(text.tokens, $0)) }
                    .sorted { $0.logProbability > $1.logProbability }.prefix(search.candidateCount)
            }
            let before = lanes
            for (source, target) in search.advance(candidates.map(Array.init), seen: search.live.map { _ in [] }) {
                lanes[target] = before[source]
            }
            // A text's lane holds all its tokens but the last.
            if width > 1 { for text in search.live { #expect(lanes[text.lane] == text.tokens.dropLast()) } }
        }
        return search
    }

    /// Greedily 0 is likelier, but what follows it is not.
    private static func trap(_ text: [Int32], _ token: Int32) -> Float {
        switch text.first {
        case nil: [-0.5, -0.9, -5][Int(token)]
        case 0: [-3, -3, -2.5][Int(token)]
        default: text.count < 3 ? [-9, -0.01, -9][Int(token)] : [-9, -9, -0.01][Int(token)]
        }
    }

    @Test func aBeamFindsALikelierText() {
        #expect(Self.run(width: 1, Self.trap).best.text.tokens == [0])
        let best = Self.run(width: 3, Self.trap).best
        #expect(best.text.tokens == [1, 1, 1] && !best.isRepeating && best.text.isFinished)
        #expect(abs(best.text.meanLogProbability - (-0.93 / 4)) < 1e-5)
    }

    @Test func aTextThatRepeatsItselfIsCut() {
        let search = Self.run(width: 1) { text, token in Int(token) == text.count % 2 ? -0.1 : -5 }
        #expect(search.best.text.tokens == [0, 1] && search.best.isRepeating)
    }

    @Test func aBeamLeavesARepetition() {
        let search = Self.run(width: 3) { text, token in
            token == 2 ? (text.count > 4 ? -2 : -9) : Int(token) == text.count % 2 ? -0.1 : -1
        }
        #expect(!search.best.isRepeating && search.best.text.tokens.count > 4)
    }

    @Test(
        arguments: [
            ([1, 2, 3, 4, 5, 6, 7, 8], 0), ([9, 1, 1, 1, 1, 1, 1, 1], 0), ([9, 1, 1, 1, 1, 1, 1, 1, 1], 7),
            ([7, 1, 2, 3, 1, 2, 3, 1, 2, 3], 0), ([7, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3], 9), ([], 0), ([1], 0),
        ] as [([Int32], Int)])
    func repetitionsAreCounted(_ sample: ([Int32], Int)) { #expect(Repetition.count(in: sample.0) == sample.1) }

    @Test func wordsBeginWhereTheirTokensAreAttendedTo() {
        // Three tokens over 40 frames: the first sees 0 to 9, the second 10 to 29, the third 30 to 39.
        let spans = [0..<10, 10..<30, 30..<40]
        let seen = spans.map { span in (0..<40).map { span.contains($0) ? Float(1) / Float(span.count) : 0 } }
        #expect(WordTimes.starts(seen, heads: 1) == [0, 10, 30])
        #expect(WordTimes.starts(seen.map { $0 + $0 }, heads: 2) == [0, 10, 30])
        #expect(WordTimes.starts([], heads: 1).isEmpty)
    }

    @Test func longSpeechIsCutWhereItIsQuiet() {
        var samples = [Float](repeating: 0.5, count: 100_000)
        for i in 52_000..<58_000 { samples[i] = 0 }
        #expect(Pieces.cut(samples, samplesMax: 100_000) == [0..<100_000])
        let pieces = Pieces.cut(samples, samplesMax: 60_000)
        #expect(pieces.count == 2 && (52_000..<58_000).contains(pieces[0].upperBound))
        let all = Pieces.cut(samples, samplesMax: 7_000)
        #expect(all.allSatisfy { $0.count <= 7_000 } && all.map(\.count).reduce(0, +) == 100_000)
    }
}
