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
        /// Its distance in slices from the previous one.
        var behind: Int
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
    /// Slices that the last word takes behind its last piece.
    private var length = 0

    init(source: Source) { self.source = source }

    /// Appends `words`. In writing they are `shown`, whose words need not correspond to them one by one.
    mutating func append(_ words: [SpokenWord], shown: [String]) {
        let words = words.filter { !$0.pieces.isEmpty }
        var starts: [Int] = []
        for word in words {
            starts.append(pieces.count)
            for (i, token) in word.pieces.enumerated() {
                pieces.append(Piece(token: token, behind: i == 0 ? max(1, length) : 1))
            }
            length = word.slices - word.pieces.count + 1
        }
        for (i, text) in shown.enumerated() where !starts.isEmpty {
            texts.append(text)
            firsts.append(starts[i * starts.count / shown.count])
        }
    }

    /// No more words come: `end` follows the last.
    mutating func finish(_ end: Int32) {
        pieces.append(Piece(token: end, behind: max(1, length)))
        isOpen = false
    }

    /// The words in writing of which a piece is among the first `done`, and the others.
    func texts(done: Int) -> (said: String, unsaid: String) {
        let said = firsts.prefix { $0 < done }.count
        return (texts[..<said].joined(separator: " "), texts[said...].joined(separator: " "))
    }
}
