// A message of a history, of limited length.

internal import Basics

extension MindMessage {
    /// The same with at most `bytesMax` bytes of text.
    func shortened(to bytesMax: Int) -> MindMessage {
        func cut(_ text: String) -> String {
            text.utf8.count <= bytesMax ? text : String(decoding: text.utf8.prefix(bytesMax), as: UTF8.self)
        }
        switch self {
        case .system(let text): return .system(cut(text))
        case .user(let text): return .user(cut(text))
        case .assistant(let text): return .assistant(cut(text))
        case .call(let call): return .call(ToolCall(id: call.id, name: call.name, arguments: cut(call.arguments)))
        case .result(let result): return .result(ToolResult(id: result.id, output: cut(result.output)))
        }
    }
}
