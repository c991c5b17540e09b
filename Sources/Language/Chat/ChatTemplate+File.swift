// Finds a model's chat template by what its file says.

public import Transformer

extension ChatTemplate {
    /// The template of a file, recognised by signs in its `tokenizer.chat_template`, or the one that the operator chose.
    /// - Parameter name: one of `all`; nil leaves it to the file. A file without a template gets `plain`.
    public static func of(_ file: GGUFFile, named name: String? = nil) throws(ModelError) -> ChatTemplate {
        let text = try file.string(ifPresent: "tokenizer.chat_template")
        let names = all.map(\.name).joined(separator: ", ")
        if let name {
            guard let template = all.first(where: { $0.name == name }) else {
                throw ModelError("--chat-template \(name) is not known, expected one of \(names)")
            }
            return template.adapted(to: text ?? "")
        }
        guard let text else { return plain }
        guard let template = all.first(where: { $0.isOf(text) }) else {
            throw ModelError(
                "\(file.path) has an unknown chat template; choose the nearest with --chat-template, one of \(names)")
        }
        return template.adapted(to: text)
    }

    private func isOf(_ text: String) -> Bool {
        !signs.isEmpty && signs.allSatisfy(text.contains) && !lacks.contains(where: text.contains)
    }

    /// With what the file's own template has beyond its family's.
    private func adapted(to text: String) -> ChatTemplate {
        var template = self
        template.isDated = name == "llama3" && text.contains("Cutting Knowledge Date")
        template.skipsThoughts = name == "chatml" && text.contains("enable_thinking") && text.contains("</think>")
        // The first Mistral had a blank there, the third has none.
        if name == "mistral", !text.contains(" [/INST]") { template.user.after = [.mark("[/INST]")] }
        if name == "chatml" { template.instructionsDefault = Self.instructions(in: text) }
        return template
    }

    /// What stands written out as instructions: SmolLM2 and Qwen 2 have some where the caller gives none.
    private static func instructions(in text: String) -> String? {
        for newLine in ["\n", "\\n"] {
            for part in text.split(separator: "<|im_start|>system" + newLine).dropFirst() {
                guard let end = part.firstRange(of: "<|im_end|>") else { continue }
                let instructions = part[..<end.lowerBound]
                if !instructions.isEmpty, !instructions.contains(where: { "'\"{}\\".contains($0) }) {
                    return String(instructions)
                }
            }
        }
        return nil
    }
}
