// Pieces to numbers and back.

import Testing

@testable import Transformer

@Suite struct TokenizerTests {
    private let tokenizer = Tokenizer(
        pieces: ["<idle>", "<end>", " the", " then", " a", "b", "c", "a"], controlCount: 2)

    @Test func theLongestPieceWins() { #expect(tokenizer.encode("then the") == [3, 2]) }

    @Test func unknownWordsAreSpelled() { #expect(tokenizer.encode("abca") == [4, 5, 6, 7]) }

    @Test func whatNoPieceHoldsIsLeftOut() { #expect(tokenizer.encode("the?") == [2]) }

    @Test func controlTokensHaveNoText() {
        #expect(
            tokenizer.text(0) == "" && tokenizer.text(1) == "" && tokenizer.text(99) == "" && tokenizer.text(-1) == "")
        #expect([3, 4, 5].map { tokenizer.text($0) }.joined() == " then ab")
    }
}
