// Finds control tokens that are written out in a text.

/// The control tokens of a vocabulary, and the tokens that the model's maker defined.
struct Marks: Sendable {
    private struct Mark {
        let token: Int32
        let bytes: [UInt8]
        /// Whether it is looked for in any text. The others are looked for only on request.
        let isText: Bool
    }

    /// By first byte, the longest first.
    private let marks: [[Mark]]
    private let tokens: [String: Int32]

    init(_ vocabulary: Vocabulary) {
        var marks = [[Mark]](repeating: [], count: 256), tokens: [String: Int32] = [:]
        for (token, kind) in vocabulary.kinds.enumerated() {
            let bytes = Array(vocabulary.bytes(of: Int32(token)))
            guard kind == .control || kind == .userDefined || kind == .unknown, !bytes.isEmpty else { continue }
            let isText = kind == .userDefined && !Self.isMarkup(bytes)
            marks[Int(bytes[0])].append(Mark(token: Int32(token), bytes: bytes, isText: isText))
            tokens[String(decoding: bytes, as: UTF8.self)] = Int32(token)
        }
        self.marks = marks.map { $0.sorted { ($1.bytes.count, $0.token) < ($0.bytes.count, $1.token) } }
        self.tokens = tokens
    }

    /// `<tool_call>` steers a model as a control token does, though its file calls it user-defined: users shall not write it either.
    private static func isMarkup(_ bytes: [UInt8]) -> Bool {
        let ends = (bytes.first, bytes.last)
        return bytes.count > 2
            && (ends == (UInt8(ascii: "<"), UInt8(ascii: ">")) || ends == (UInt8(ascii: "["), UInt8(ascii: "]")))
    }

    func token(_ text: String) -> Int32? { tokens[text] }

    /// The first mark at or after `start`, and of several there the longest. `special` allows all, else only those that are text.
    func first(in text: [UInt8], from start: Int, special: Bool) -> (start: Int, token: Int32)? {
        for at in start..<text.count {
            for mark in marks[Int(text[at])] where special || mark.isText {
                if text[at...].starts(with: mark.bytes) { return (at, mark.token) }
            }
        }
        return nil
    }
}
