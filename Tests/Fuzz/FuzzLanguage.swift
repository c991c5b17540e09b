// A language model's file, and what it generates.

import Foundation

@testable import Language

enum FuzzLanguage {
    /// GGUF: every tensor, the tokenizer and the chat template in it.
    static func gguf(_ bytes: [UInt8]) {
        FuzzFile.write(bytes)
        guard let file = try? GGUFFile(path: FuzzFile.path) else { return }
        for name in file.tensorNames {
            guard let tensor = try? file.tensor(name) else { continue }
            Fuzz.expect(tensor.floats().count == tensor.rows * tensor.columns, "\(name) lacks numbers")
        }
        guard let tokenizer = try? TextTokenizer(file) else { return }
        let text = String(decoding: bytes.suffix(256), as: UTF8.self)
        let tokens = tokenizer.encode(text, special: false)
        let controls = tokens.filter { tokenizer.vocabulary.kinds[Int($0)] == .control }
        Fuzz.expect(controls.isEmpty, "a text gave control tokens")
        _ = tokenizer.decode(tokens + tokenizer.encode(text, special: true))
        guard let template = try? ChatTemplate.of(file) else { return }
        _ = ChatTemplate.tokens(template.pieces([.user(text)], instructions: text), tokenizer, beginning: true)
        _ = template.stopTokens(tokenizer)
    }

    /// Generated text, with tool calls: in parts and whole, both must give the same calls. The first byte chooses form and parts.
    static func calls(_ bytes: [UInt8]) {
        let form = bytes.first.map { $0 & 1 == 1 } == true ? ToolForm.llama3 : .hermes
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self), size = Int(bytes.first ?? 0) / 2 + 1
        var parts = ToolCallParser(form), whole = ToolCallParser(form), events: [ToolCallParser.Event] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            events += parts.add(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        events += parts.finish()
        let expected = whole.add(text) + whole.finish()
        Fuzz.expect(calls(in: events) == calls(in: expected), "parts give other calls than the whole")
        Fuzz.expect(said(in: events) == said(in: expected), "parts give another text than the whole")
    }

    private static func calls(in events: [ToolCallParser.Event]) -> [ToolCallParser.Event] {
        events.filter { if case .call = $0 { true } else { false } }
    }

    private static func said(in events: [ToolCallParser.Event]) -> String {
        events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }
}
