// Another server's error message, made fit for our log and our clients.

internal import Wire

enum ServerMessage {
    static let charactersMax = 200

    /// `start` and, after a colon, what the server says, if anything.
    static func sentence(_ start: String, _ said: JSONText?) -> String {
        let message = said.flatMap(text).map(clean) ?? ""
        return message.isEmpty ? start + "." : "\(start): \(message)"
    }

    /// What an error response's body says; nil where it is no JSON object or says nothing.
    static func body(_ bytes: [UInt8]) -> JSONText? { try? JSONReader.object(String(decoding: bytes, as: UTF8.self)) }

    /// The forms of OpenAI and vLLM (`error.message`), Ollama (`error`), and of others.
    private static func text(_ said: JSONText) -> String? {
        if let text = said.text { return text }
        for name in ["error", "message", "detail"] {
            if let inner = said[name] { return inner.text ?? inner["message"]?.text }
        }
        return nil
    }

    /// One line, without control characters, shortened.
    static func clean(_ text: String) -> String {
        let words = text.prefix(4 * charactersMax).split { $0.isWhitespace || $0.isNewline }
        let line = String(String.UnicodeScalarView(words.joined(separator: " ").unicodeScalars.filter(isVisible)))
        return line.count > charactersMax ? line.prefix(charactersMax - 1) + "…" : line
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
