// Reads an answer's tokens as a chat template says.

internal import Basics
internal import Dialogue
internal import Language

/// Tokens ─▶ text in whole characters ─▶ what is to be said, and calls of tools.
struct ChatReader: AnswerReader {
    /// Tokens that end an answer, and how.
    let ends: [Int32: MindEnd]
    let stopTexts: [String]
    var decoder: TextDecoder
    var parser: ToolCallParser

    mutating func read(_ token: Int32) -> [AnswerPiece] {
        if let end = ends[token] { return finish() + [.end(end)] }
        let text = decoder.text(of: token)
        guard let stop = stopTexts.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() else {
            return pieces(parser.add(text))
        }
        return pieces(parser.add(String(text[..<stop])) + parser.finish()) + [.end(.complete)]
    }

    mutating func finish() -> [AnswerPiece] { pieces(parser.add(decoder.finish()) + parser.finish()) }

    /// A call that is none is not said.
    private func pieces(_ events: [ToolCallParser.Event]) -> [AnswerPiece] {
        events.compactMap { event in
            switch event {
            case .text(let text): .text(text)
            case .call(let name, let arguments): .call(name: name, arguments: arguments)
            case .broken: nil
            }
        }
    }
}
