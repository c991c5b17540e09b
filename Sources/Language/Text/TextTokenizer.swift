// Text to a language model's tokens and back, as the model's file says.

public import Transformer

/// A language model's tokenizer, made from the metadata of its GGUF file (`tokenizer.ggml.…`).
///
///     text ─▶ Marks: control tokens cut out ─▶ TokenModel: byte pairs or SentencePiece ─▶ tokens ─▶ TextDecoder ─▶ text
public struct TextTokenizer: Sendable {
    public let vocabulary: Vocabulary
    private let model: any TokenModel
    private let marks: Marks
    /// Begins a text, if the model wants one: nil where the file says that it adds none.
    public let beginning: Int32?
    /// Ends a text (`eos`), ends a turn (`eot`), where the file names them.
    public let end: Int32?, turnEnd: Int32?

    public init(_ file: GGUFFile) throws(ModelError) {
        let name = try file.string("tokenizer.ggml.model")
        guard let kind = TokenModels.all.first(where: { $0.name == name }) else {
            let known = TokenModels.all.map(\.name).joined(separator: ", ")
            throw ModelError("\(file.path): the tokenizer \(name) is not supported, expected one of \(known)")
        }
        let vocabulary = try Vocabulary(file, bytes: kind.bytes)
        model = try kind.make(file, vocabulary)
        self.vocabulary = vocabulary
        marks = Marks(vocabulary)
        let begins = try file.bool(ifPresent: "tokenizer.ggml.add_bos_token") ?? model.begins
        beginning = begins ? try Self.token(file, "bos", vocabulary) : nil
        end = try Self.token(file, "eos", vocabulary)
        turnEnd = try Self.token(file, "eot", vocabulary)
    }

    private static func token(_ file: GGUFFile, _ key: String, _ vocabulary: Vocabulary) throws(ModelError) -> Int32? {
        guard let token = try file.int(ifPresent: "tokenizer.ggml.\(key)_token_id") else { return nil }
        guard vocabulary.kinds.indices.contains(token) else {
            throw ModelError("\(file.path): \(key)_token_id is \(token), and there are \(vocabulary.count) tokens")
        }
        return Int32(token)
    }

    public var count: Int { vocabulary.count }

    /// The tokens of `text`, without any that begins or ends it.
    /// - Parameters:
    ///   - special: whether control tokens that are written out in the text become these tokens. False for whatever users write or say.
    ///   - continuing: whether the text goes on after other text: then no blank is put before it where the model wants one
    ///     before a text (SentencePiece's `add_space_prefix`).
    public func encode(_ text: String, special: Bool, continuing: Bool = false) -> [Int32] {
        var tokens: [Int32] = [], continuing = continuing
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            let mark = marks.first(in: bytes, from: at, special: special)
            let end = mark?.start ?? bytes.count
            if end > at { model.encode(bytes[at..<end], continuing: continuing, into: &tokens) }
            guard let mark else { break }
            tokens.append(mark.token)
            at = mark.start + vocabulary.bytes(of: mark.token).count
            continuing = false
        }
        return tokens
    }

    /// The text of `tokens`; control tokens have none. Bytes that are not UTF-8 are replaced by U+FFFD.
    public func decode(_ tokens: some Sequence<Int32>) -> String {
        var decoder = TextDecoder(self), text = ""
        for token in tokens { text += decoder.text(of: token) }
        return text + decoder.finish()
    }

    /// What stands in the vocabulary, also for control tokens.
    public func tokenText(_ token: Int32) -> String { String(decoding: vocabulary.bytes(of: token), as: UTF8.self) }

    /// Whether the token stands for no text: control, unknown and unused tokens.
    public func isControl(_ token: Int32) -> Bool { !vocabulary.kinds[Int(token)].hasText }

    /// The control token, or the mark of the model's maker such as `<tool_call>`, that is written `text`.
    public func mark(_ text: String) -> Int32? { marks.token(text) }

    /// Whether a text that continues none begins with a blank that the model's tokens hold.
    var addsBlank: Bool { model.addsBlank }
}
