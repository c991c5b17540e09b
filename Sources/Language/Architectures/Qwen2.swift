// Qwen 2 and 2.5 (Yang et al. 2024).

extension Architecture {
    static let qwen2 = Architecture(name: "qwen2", pairing: .halves, hasBiases: true)
}
