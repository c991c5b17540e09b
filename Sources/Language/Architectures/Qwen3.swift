// Qwen 3 (Yang et al. 2025).

extension Architecture {
    static let qwen3 = Architecture(name: "qwen3", pairing: .halves, hasHeadNorms: true)
}
