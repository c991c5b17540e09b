// Llama 2 and 3, SmolLM2, Mistral (Touvron et al. 2023).

extension Architecture {
    /// The converter reorders the rows of query and key so that adjacent dimensions rotate together.
    static let llama = Architecture(name: "llama", pairing: .adjacent)
}
