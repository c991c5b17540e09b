// Text pieces and their numbers.

internal import Foundation

/// Pieces of text; words begin with a space. Encoding takes the longest piece that fits, again and again.
public struct Tokenizer: Sendable {
    public let pieces: [String]
    /// Pieces below this are control tokens without text.
    public let controlCount: Int
    private let index: [String: Int32]
    private let lengthMax: Int

    public init(pieces: [String], controlCount: Int) {
        self.pieces = pieces
        self.controlCount = controlCount
        index = Dictionary(zip(pieces, 0...).dropFirst(controlCount).map { ($0.0, Int32($0.1)) }) { first, _ in first }
        lengthMax = pieces.map(\.count).max() ?? 0
    }

    /// Reads `{"pieces": [...]}`; the first two are idle and end.
    public init(path: String) throws(ModelError) {
        struct File: Decodable { var pieces: [String] }
        guard let data = FileManager.default.contents(atPath: path) else { throw ModelError("\(path) is missing") }
        guard let file = try? JSONDecoder().decode(File.self, from: data), file.pieces.count > 2 else {
            throw ModelError("\(path) is not a tokenizer: expected {\"pieces\": [...]}")
        }
        self.init(pieces: file.pieces, controlCount: 2)
    }

    /// The text of one token; empty for control tokens and numbers that are none.
    public func text(_ token: Int32) -> String {
        let i = Int(token)
        return pieces.indices.contains(i) && i >= controlCount ? pieces[i] : ""
    }

    /// Tokens of lower-case words. Characters that no piece holds are left out.
    public func encode(_ text: String) -> [Int32] {
        var rest = Substring(text.split(separator: " ").map { " " + $0 }.joined())
        var tokens: [Int32] = []
        while !rest.isEmpty {
            let length = stride(from: min(lengthMax, rest.count), to: 0, by: -1).first {
                index[String(rest.prefix($0))] != nil
            }
            if let length { tokens.append(index[String(rest.prefix(length))]!) }
            rest = rest.dropFirst(length ?? 1)
        }
        return tokens
    }
}
