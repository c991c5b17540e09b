// The ways to make tokens of text: the table.

internal import Transformer

/// Makes tokens of text in which no control tokens are left.
protocol TokenModel: Sendable {
    /// Appends the tokens of `text`, which is UTF-8.
    func encode(_ text: ArraySlice<UInt8>, continuing: Bool, into tokens: inout [Int32])
    /// Whether a text that continues none gets a blank before it.
    var addsBlank: Bool { get }
    /// Whether a text begins with the token `bos` where the file does not say so.
    var begins: Bool { get }
}

/// One line for each value of `tokenizer.ggml.model`.
struct TokenModels: Sendable {
    let name: String
    /// The bytes that a token of ordinary text stands for.
    let bytes: @Sendable (String) -> [UInt8]
    let make: @Sendable (GGUFFile, Vocabulary) throws(ModelError) -> any TokenModel

    static let all = [
        TokenModels(name: "gpt2", bytes: ByteAlphabet.bytes) { file, vocabulary throws(ModelError) in
            try BytePairs(file, vocabulary)
        },
        TokenModels(name: "llama", bytes: SentencePieces.bytes) { file, vocabulary throws(ModelError) in
            try SentencePieces(file, vocabulary)
        },
    ]
}
