// How byte-level vocabularies cut text into pieces before they join bytes: the table.

internal import Transformer

/// One set of rules (`tokenizer.ggml.pre`).
struct PieceRules: Sendable {
    /// The regular expressions that `PieceScanner` follows without a regex engine.
    enum Style { case gpt2, llama3 }

    let names: [String]
    let style: Style
    /// Digits of one piece at most.
    var digitsMax = Int.max
    /// Whether digits are cut out before all else, so that no blank goes with them and what follows a blank is unseen.
    var digitsFirst = false
    /// Whether a piece that is a token is taken as it is, whatever the merges would make of it.
    var takesWhole = false
    /// Whether a text begins with the token `bos` where the file does not say so.
    var begins = false
    /// Whether the text is brought into Unicode's form NFC before.
    var composes = false

    static let all = [
        PieceRules(names: ["gpt-2", "default", "phi-2", "gpt2"], style: .gpt2),
        PieceRules(
            names: ["smollm", "starcoder", "refact", "command-r"], style: .gpt2, digitsMax: 1, digitsFirst: true),
        PieceRules(
            names: ["llama-bpe", "llama3", "llama-v3", "falcon3"], style: .llama3, digitsMax: 3, takesWhole: true,
            begins: true),
        PieceRules(names: ["smaug-bpe", "dbrx"], style: .llama3, digitsMax: 3),
        PieceRules(names: ["qwen2", "deepseek-r1-qwen"], style: .llama3, digitsMax: 1, composes: true),
    ]

    /// The default is `gpt-2`.
    static func of(_ file: GGUFFile) throws(ModelError) -> PieceRules {
        let name = try file.string(ifPresent: "tokenizer.ggml.pre") ?? "gpt-2"
        if let rules = all.first(where: { $0.names.contains(name) }) { return rules }
        let known = all.map { $0.names[0] }.joined(separator: ", ")
        throw ModelError(
            "\(file.path): the pre-tokenizer \(name) is not supported, expected one of \(known); if the model splits text as one of"
                + " these does, set tokenizer.ggml.pre to it with gguf-new-metadata")
    }
}
