// Checks JSON text, and writes it as chat templates do.

internal import Foundation

/// A JSON value (RFC 8259) as text. Order, numbers and escapes stay as they are written.
struct JSONText {
    private enum Token { case open(UInt8), close(UInt8), comma, colon, scalar(Range<Int>) }

    private let bytes: [UInt8]
    private let tokens: [Token]

    /// Brackets inside of each other at most.
    private static let depthMax = 64

    /// nil if the text is not exactly one value.
    init?(_ text: String) {
        bytes = Array(text.utf8)
        guard let data = text.data(using: .utf8), text.utf8.count < 1 << 20,
            (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil,
            let tokens = Self.tokens(bytes)
        else { return nil }
        self.tokens = tokens
    }

    /// The tokens of sound JSON; nil where brackets are too deep.
    private static func tokens(_ bytes: [UInt8]) -> [Token]? {
        var tokens: [Token] = [], at = 0, depth = 0
        while at < bytes.count {
            switch bytes[at] {
            case UInt8(ascii: " "), 9, 10, 13: at += 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                tokens.append(.open(bytes[at]))
                (at, depth) = (at + 1, depth + 1)
                guard depth <= depthMax else { return nil }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                // Foundation allows a comma here, JSON does not.
                if case .comma = tokens.last { return nil }
                tokens.append(.close(bytes[at]))
                (at, depth) = (at + 1, depth - 1)
            case UInt8(ascii: ","):
                tokens.append(.comma)
                at += 1
            case UInt8(ascii: ":"):
                tokens.append(.colon)
                at += 1
            default:
                let end = endOfScalar(bytes, at)
                tokens.append(.scalar(at..<end))
                at = end
            }
        }
        return tokens
    }

    private static func endOfScalar(_ bytes: [UInt8], _ start: Int) -> Int {
        var at = start + 1
        if bytes[start] == UInt8(ascii: "\"") {
            while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
            return min(at + 1, bytes.count)
        }
        while at < bytes.count, !" \t\n\r,:]}".utf8.contains(bytes[at]) { at += 1 }
        return at
    }

    // MARK: Writing

    /// In one line with blanks after commas and colons, or with `indent` blanks for each level, as Python's `json.dumps`.
    func formatted(indent: Int? = nil) -> String {
        var text: [UInt8] = [], depth = 0, isEmpty = false
        func newLine() {
            guard let indent else { return }
            text += [10] + [UInt8](repeating: 32, count: indent * depth)
        }
        for token in tokens {
            if case .close(let bracket) = token {
                depth -= 1
                if !isEmpty { newLine() }
                text.append(bracket)
                isEmpty = false
                continue
            }
            if isEmpty { newLine() }
            isEmpty = false
            switch token {
            case .open(let bracket):
                text.append(bracket)
                depth += 1
                isEmpty = true
            case .close: break
            case .comma:
                text.append(UInt8(ascii: ","))
                if indent == nil { text.append(32) } else { newLine() }
            case .colon: text += ": ".utf8
            case .scalar(let range): text += bytes[range]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `text` as a JSON string, without escapes beyond the necessary.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "\u{8}": quoted += "\\b"
            case "\u{c}": quoted += "\\f"
            case _ where scalar.value < 0x20: quoted += String(format: "\\u%04x", scalar.value)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    // MARK: Reading

    /// The text of an object's member; nil if there is none, or if the value is no object. Of equal names the last one counts.
    func member(_ name: String) -> String? {
        var depth = 0, value: String?
        guard case .open(UInt8(ascii: "{")) = tokens.first else { return nil }
        for (i, token) in tokens.enumerated() {
            switch token {
            case .open: depth += 1
            case .close: depth -= 1
            case .colon where depth == 1:
                guard case .scalar(let key) = tokens[i - 1], bytes[key].elementsEqual("\"\(name)\"".utf8) else {
                    continue
                }
                value = text(from: i + 1)
            default: break
            }
        }
        return value
    }

    /// The value that begins at a token, in one line.
    private func text(from first: Int) -> String {
        var text = "", depth = 0
        for token in tokens[first...] {
            switch token {
            case .open(let bracket):
                text += String(UnicodeScalar(bracket))
                depth += 1
            case .close(let bracket):
                text += String(UnicodeScalar(bracket))
                depth -= 1
            case .comma: text += ", "
            case .colon: text += ": "
            case .scalar(let range): text += String(decoding: bytes[range], as: UTF8.self)
            }
            if depth == 0 { break }
        }
        return text
    }

    /// The string that a JSON string stands for; nil if the value is none.
    var string: String? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
    }
}
