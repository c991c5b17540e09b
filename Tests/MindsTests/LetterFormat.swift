// A way to write talks for tests: a token a letter, and some for pairs of letters.

import Basics
import Dialogue

@testable import Minds

/// Tokens below 8 are marks, then come the letters, a blank, a stop, and pairs.
struct LetterFormat: TalkFormat {
    static let letters = Array("abcdefghijklmnopqrstuvwxyz .")
    static let pairs = ["th", "he", "in", "er", "an", "on"]
    static let count = 8 + letters.count + pairs.count
    /// Whether answers are read as the tokens' numbers.
    var isNumbered = false
    /// Tokens of an answer with a meaning of their own.
    var meanings: [Int32: [AnswerPiece]] = [2: [.end(.complete)]]

    let afterUser: [Int32] = [2, 6, 3]
    let beforeAnswer: [Int32] = [3]
    let afterAnswer: [Int32] = [2, 6]

    func system(_ setup: MindSetup) -> [Int32] { [0] + Self.encode(setup.instructions) + [2] }
    func user(_ text: String) -> [Int32] { [1] + Self.encode(text) }
    func answer(_ text: String) -> [Int32] { Self.encode(text) }
    func reader() -> any AnswerReader { LetterReader(meanings: meanings, isNumbered: isNumbered) }

    func message(_ message: MindMessage) -> [Int32] {
        switch message {
        case .system(let text): [0] + Self.encode(text) + [2]
        case .user(let text): user(text) + [2, 6]
        case .assistant(let text): beforeAnswer + answer(text) + afterAnswer
        case .call(let call): beforeAnswer + [7] + Self.encode(call.name) + afterAnswer
        case .result(let result): [4] + Self.encode(result.output) + [2]
        }
    }

    /// Pairs first, from the left.
    static func encode(_ text: String) -> [Int32] {
        var tokens: [Int32] = [], rest = Substring(text.lowercased().filter { letters.contains($0) })
        while let first = rest.first {
            if let pair = pairs.firstIndex(of: String(rest.prefix(2))) {
                tokens.append(Int32(8 + letters.count + pair))
                rest = rest.dropFirst(2)
            } else {
                tokens.append(Int32(8 + letters.firstIndex(of: first)!))
                rest = rest.dropFirst()
            }
        }
        return tokens
    }

    static func text(_ token: Int32) -> String {
        let i = Int(token) - 8
        return i < 0 ? "" : i < letters.count ? String(letters[i]) : pairs[i - letters.count]
    }
}

struct LetterReader: AnswerReader {
    var meanings: [Int32: [AnswerPiece]]
    var isNumbered: Bool

    func read(_ token: Int32) -> [AnswerPiece] {
        meanings[token] ?? [.text(isNumbered ? "\(token) " : LetterFormat.text(token))]
    }

    func finish() -> [AnswerPiece] { [] }
}
