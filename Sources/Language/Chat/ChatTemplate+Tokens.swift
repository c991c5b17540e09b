// A prompt's tokens.

extension ChatTemplate {
    /// The tokens of a part of a prompt.
    /// - Parameter beginning: whether it begins the model's context, so that the token that begins a text comes first.
    public static func tokens(
        _ pieces: [ChatPiece], _ tokenizer: TextTokenizer, beginning: Bool = false
    ) -> [Int32] {
        var tokens: [Int32] = beginning ? tokenizer.beginning.map { [$0] } ?? [] : []
        for piece in joined(pieces.map { isToken($0, tokenizer) ? $0 : .text($0.text) }) {
            switch piece {
            case .mark(let mark): tokens.append(tokenizer.mark(mark)!)
            // A blank that the template has is the blank that SentencePiece would put before a text.
            case .text(let text): tokens += tokenizer.encode(text, special: false, continuing: text.hasPrefix(" "))
            }
        }
        return tokens
    }

    private static func isToken(_ piece: ChatPiece, _ tokenizer: TextTokenizer) -> Bool {
        if case .mark(let text) = piece { tokenizer.mark(text) != nil } else { false }
    }

    /// The tokens that end the assistant's turn: the template's, and those by which the file says that a text or turn ends.
    public func stopTokens(_ tokenizer: TextTokenizer) -> Set<Int32> {
        Set(stops.compactMap(tokenizer.mark) + [tokenizer.end, tokenizer.turnEnd].compactMap(\.self))
    }
}
