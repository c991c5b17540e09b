// Writes what a server of chat completions streams.

import Foundation

enum Chat {
    static let done = "data: [DONE]\n\n"
    static let usage = "data: {\"choices\":[],\"usage\":{\"completion_tokens\":4}}\n\n"

    private static func event(_ delta: [String: Any], finish: String? = nil) -> String {
        let choice: [String: Any] = ["index": 0, "delta": delta, "finish_reason": finish as Any? ?? NSNull()]
        let data = try! JSONSerialization.data(withJSONObject: ["object": "chat.completion.chunk", "choices": [choice]])
        return "data: \(String(decoding: data, as: UTF8.self))\n\n"
    }

    static func events(_ words: [String]) -> String { words.map { event(["content": $0]) }.joined() }
    static func finish(_ reason: String) -> String { event([:], finish: reason) }

    /// A whole answer of these words.
    static func answer(_ words: [String]) -> String { events(words) + finish("stop") + done }

    static func call(_ index: Int, name: String? = nil, _ arguments: String) -> String {
        var function: [String: Any] = ["arguments": arguments]
        if let name { function["name"] = name }
        return event([
            "tool_calls": [
                ["index": index, "id": "x\(index)", "type": "function", "function": function] as [String: Any]
            ]
        ])
    }
}
