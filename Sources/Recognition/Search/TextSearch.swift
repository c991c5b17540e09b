// The search for a turn's text: greedy, or with a beam.

/// Keeps the `width` likeliest texts; a width of 1 is greedy. Pure: logits come in, rows go out.
struct TextSearch {
    let width: Int
    private let end: Int32
    /// A text is cut after so many tokens.
    private let tokensMax: Int
    /// [width], or twice as many with a beam, so that texts can change lanes.
    let lanes: [Int]
    private(set) var live: [Hypothesis]
    private(set) var finished: [Hypothesis] = []
    /// The likeliest text that was given up because it repeats itself.
    private var repeating: Hypothesis?

    init(width: Int, lanes: [Int], end: Int32, tokensMax: Int) {
        (self.width, self.lanes, self.end, self.tokensMax) = (width, lanes, end, tokensMax)
        live = [Hypothesis(lane: lanes[0])]
    }

    /// Also where `width` texts have ended and one of them is likelier, on average, than what goes on.
    var isDone: Bool {
        guard let going = live.first, finished.count >= width else { return live.isEmpty }
        return finished.contains { $0.meanLogProbability >= going.meanLogProbability }
    }

    /// Candidates of each live text that must be looked at: one more could be needed for each that ends.
    var candidateCount: Int { width == 1 ? 1 : 2 * width }

    /// `candidates` and `seen` of each live text. Returns the lanes that must be copied: texts that come from one text need lanes of
    /// their own.
    mutating func advance(
        _ candidates: [[(token: Int32, logProbability: Float)]], seen: [[Float]]
    ) -> [(source: Int, target: Int)] {
        var all: [(parent: Int, token: Int32, sum: Float)] = []
        for (parent, list) in candidates.enumerated() {
            for (token, logProbability) in list {
                all.append((parent, token, live[parent].logProbability + logProbability))
            }
        }
        all.sort { ($0.sum, $1.parent) > ($1.sum, $0.parent) }
        let parents = live
        live = []
        for (parent, token, sum) in all where live.count < width {
            var text = parents[parent]
            text.logProbability = sum
            text.seen.append(seen[parent])
            if token == end {
                text.isFinished = true
                finished.append(text)
            } else {
                text.tokens.append(token)
                extend(text)
            }
            if width == 1 { break }
        }
        return place(parents)
    }

    private mutating func extend(_ text: Hypothesis) {
        if Repetition.count(in: text.tokens) > 0 {
            if repeating.map({ $0.logProbability < text.logProbability }) ?? true { repeating = text }
        } else if text.tokens.count >= tokensMax {
            finished.append(text)
        } else {
            live.append(text)
        }
    }

    /// Gives the live texts lanes that no parent has.
    private mutating func place(_ parents: [Hypothesis]) -> [(source: Int, target: Int)] {
        guard width > 1 else { return [] }
        let free = lanes.filter { lane in !parents.contains { $0.lane == lane } }
        return live.indices.map { i in
            defer { live[i].lane = free[i] }
            return (live[i].lane, free[i])
        }
    }

    /// The best text, and whether it repeated itself and was cut.
    var best: (text: Hypothesis, isRepeating: Bool) {
        if let best = finished.max(by: { $0.meanLogProbability < $1.meanLogProbability }) { return (best, false) }
        var text = repeating ?? Hypothesis(lane: lanes[0])
        let count = Repetition.count(in: text.tokens)
        text.tokens.removeLast(count)
        return (text, true)
    }
}
