// The families of chat templates: the table.

extension ChatTemplate {
    /// In the order in which a file's template is compared with them.
    public static let all: [ChatTemplate] = [.llama3, .phi4, .chatML, .gemma, .mistral, .phi3, .zephyr, .plain]

    /// Llama 3, and with dates and tools 3.1 to 3.3.
    static let llama3 = ChatTemplate(
        name: "llama3", signs: ["<|start_header_id|>", "<|eot_id|>"], system: header("system"), user: header("user"),
        assistant: header("assistant"), result: header("ipython"), toolForm: .llama3, trims: true,
        stops: ["<|eot_id|>", "<|eom_id|>", "<|end_of_text|>"])

    private static func header(_ role: String) -> Frame {
        Frame(
            before: [.mark("<|start_header_id|>"), .text(role), .mark("<|end_header_id|>"), .text("\n\n")],
            after: [.mark("<|eot_id|>")])
    }

    static let phi4 = ChatTemplate(
        name: "phi4", signs: ["<|im_start|>", "<|im_sep|>"], system: separated("system"), user: separated("user"),
        assistant: separated("assistant"), stops: ["<|im_end|>", "<|endoftext|>"])

    private static func separated(_ role: String) -> Frame {
        Frame(before: [.mark("<|im_start|>"), .text(role), .mark("<|im_sep|>")], after: [.mark("<|im_end|>")])
    }

    /// SmolLM2, Qwen 2 to 3, and many others.
    static let chatML = ChatTemplate(
        name: "chatml", signs: ["<|im_start|>", "<|im_end|>"], system: started("system"), user: started("user"),
        assistant: started("assistant"), stops: ["<|im_end|>", "<|endoftext|>"])

    private static func started(_ role: String) -> Frame {
        Frame(before: [.mark("<|im_start|>"), .text(role + "\n")], after: [.mark("<|im_end|>"), .text("\n")])
    }

    /// Gemma 2 and 3.
    static let gemma = ChatTemplate(
        name: "gemma", signs: ["<start_of_turn>", "<end_of_turn>"], system: nil, user: turn("user"),
        assistant: turn("model"), trims: true, stops: ["<end_of_turn>", "<eos>"])

    private static func turn(_ role: String) -> Frame {
        Frame(before: [.mark("<start_of_turn>"), .text(role + "\n")], after: [.mark("<end_of_turn>"), .text("\n")])
    }

    /// Mistral 7B and Mixtral.
    static let mistral = ChatTemplate(
        name: "mistral", signs: ["[INST] ", "[/INST]"], lacks: ["<<SYS>>", "[SYSTEM_PROMPT]"], system: nil,
        user: Frame(before: [.mark("[INST]"), .text(" ")], after: [.text(" "), .mark("[/INST]")]),
        assistant: Frame(before: [], after: [.mark("</s>")]), stops: ["</s>"])

    static let phi3 = ChatTemplate(
        name: "phi3", signs: ["<|user|>", "<|end|>"], system: tagged("system", "<|end|>"),
        user: tagged("user", "<|end|>"), assistant: tagged("assistant", "<|end|>"), stops: ["<|end|>", "<|endoftext|>"])

    /// Zephyr and TinyLlama.
    static let zephyr = ChatTemplate(
        name: "zephyr", signs: ["<|user|>", "eos_token"], system: tagged("system", "</s>"),
        user: tagged("user", "</s>"),
        assistant: tagged("assistant", "</s>"), stops: ["</s>"])

    private static func tagged(_ role: String, _ end: String) -> Frame {
        Frame(before: [.mark("<|\(role)|>"), .text("\n")], after: [.mark(end), .text("\n")])
    }

    /// A transcript, for models that were not trained on conversations.
    static let plain = ChatTemplate(
        name: "plain", signs: [], system: Frame(before: [], after: [.text("\n\n")]),
        user: Frame(before: [.text("User: ")], after: [.text("\n")]),
        assistant: Frame(before: [.text("Assistant:")], after: [.text("\n")]), stops: [], stopTexts: ["\n"])
}
