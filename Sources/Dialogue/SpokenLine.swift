// A text that the assistant is to say, token by token.

/// Tokens of the assistant's text, and what they are in writing.
struct SpokenLine: Hashable, Sendable {
    enum Source: Hashable, Sendable {
        case client, mind
        /// A phrase that is no part of the conversation.
        case hold
    }

    struct Piece: Hashable, Sendable {
        var token: Int32
        /// Its distance in slices from the previous one; 0 where the voice decides.
        var behind: Int
        var text = ""
        var utterance: Utterance?
    }

    /// A word in writing, and how many of the spoken words it is: “2024” is several.
    struct Shown: Hashable, Sendable {
        var text: String, count: Int
    }

    /// A line that is over.
    struct Ended: Hashable, Sendable {
        var line: SpokenLine
        /// Pieces of it that were said.
        var done: Int

        var isWhole: Bool { done == line.pieces.count }
    }

    let source: Source
    private(set) var pieces: [Piece] = []
    /// Whether more words may come.
    private(set) var isOpen = true
    /// Words in writing, and the index of the first piece of each.
    private var texts: [String] = [], firsts: [Int] = []
    /// Slices that the last word takes behind its last piece, and whether the voice decides that.
    private var length = 0, isPaced = false

    init(source: Source) { self.source = source }

    /// Appends `words`, which are `shown` in writing.
    mutating func append(_ words: [SpokenWord], shown: [Shown]) {
        let words = words.filter { !$0.pieces.isEmpty }
        var starts: [Int] = []
        for word in words {
            starts.append(pieces.count)
            for (i, token) in word.pieces.enumerated() {
                let behind = word.slices == 0 ? 0 : i == 0 ? max(1, length) : 1
                pieces.append(Piece(token: token, behind: behind))
            }
            (pieces[starts.last!].text, pieces[starts.last!].utterance) = (word.text, word.utterance)
            (length, isPaced) = (word.slices - word.pieces.count + 1, word.slices == 0)
        }
        // Words that are spoken differently in context, such as those of a date, are taken to be equally long.
        let isExact = shown.reduce(0) { $0 + $1.count } == starts.count
        var spoken = 0
        for (i, word) in shown.enumerated() where !starts.isEmpty {
            let first = isExact ? spoken : i * starts.count / shown.count
            texts.append(word.text)
            firsts.append(first < starts.count ? starts[first] : pieces.count)
            spoken += word.count
        }
    }

    /// No more words come: `end` follows the last.
    mutating func finish(_ end: Int32) {
        pieces.append(Piece(token: end, behind: isPaced ? 0 : max(1, length)))
        isOpen = false
    }

    /// What a piece is in writing, with a space before it; empty if that was part of an earlier piece's.
    func text(of piece: Int) -> String {
        guard pieces.indices.contains(piece) else { return "" }
        let words =
            texts.isEmpty ? [pieces[piece].text] : texts.indices.filter { firsts[$0] == piece }.map { texts[$0] }
        return words.filter { !$0.isEmpty }.map { " " + $0 }.joined()
    }

    /// The words in writing of which a piece is among the first `done`, and the others.
    func texts(done: Int) -> (said: String, unsaid: String) {
        let said = firsts.prefix { $0 < done }.count
        return (texts[..<said].joined(separator: " "), texts[said...].joined(separator: " "))
    }
}
