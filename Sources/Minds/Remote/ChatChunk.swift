// One event of an answer (OpenAI, chat completion chunk object), or a whole answer in one object.

internal import Basics
internal import Dialogue
internal import Wire

/// What a chunk says. Unknown fields, the model's reasoning and figures of usage are skipped.
struct ChatChunk {
    private(set) var text = ""
    private(set) var calls: [CallPiece] = []
    /// Why the answer ends, if it does.
    private(set) var finish: String?

    init(_ text: String) throws(MindFailure) {
        let chunk: JSONText
        do { chunk = try JSONReader.object(text) } catch {
            throw MindFailure(.malformed, "The mind's server sent an event that cannot be read.")
        }
        if let fault = chunk["error"] { throw Self.failure(fault) }
        guard let choice = Self.first(of: chunk["choices"]?.list ?? []) else { return }
        let message = choice["delta"] ?? choice["message"]
        self.text = Self.text(message?["content"]) + (message?["refusal"]?.text ?? "")
        calls = (message?["tool_calls"]?.list ?? []).map(Self.piece)
        finish = choice["finish_reason"]?.text
    }

    /// One answer is asked for, so that there is no second choice.
    private static func first(of choices: [JSONText]) -> JSONText? { choices.first { ($0["index"]?.whole ?? 0) == 0 } }

    /// A text, or a list of parts with texts.
    private static func text(_ content: JSONText?) -> String {
        content?.text ?? (content?.list ?? []).compactMap { $0["text"]?.text }.joined()
    }

    private static func piece(_ call: JSONText) -> CallPiece {
        let function = call["function"], arguments = function?["arguments"]
        return CallPiece(
            index: call["index"]?.whole.flatMap { Int(exactly: $0) }, id: call["id"]?.text ?? "",
            name: function?["name"]?.text ?? "",
            arguments: arguments?.text ?? (arguments?.fields != nil ? arguments!.description : ""))
    }

    /// An error in the middle of a stream. The server's own faults have a code of 500 and above.
    private static func failure(_ fault: JSONText) -> MindFailure {
        let code = fault["code"]?.whole ?? fault["status"]?.whole ?? 400
        return MindFailure(
            code >= 500 ? .unreachable : .refused, ServerMessage.sentence("The mind's server reports an error", fault))
    }
}
