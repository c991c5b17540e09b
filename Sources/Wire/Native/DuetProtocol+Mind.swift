// Instructions, history and tools of the native protocol.

internal import Basics

extension DuetProtocol {
    /// What the client is told where no text model follows it.
    private static let unfollowed = "This server has no text model: instructions, tools and history have no effect."

    /// Merges the settings that are named.
    func update(_ event: JSONText) -> [ClientAction] {
        guard let asked = event["session"] else { return refuse(FieldError("session", .missing, "")) }
        let before = setup
        do { try ToolFields.merge(asked, into: &setup, "session") } catch { return refuse(error) }
        let answer = ClientAction.reply(.text(DuetMessages.updated(setup)))
        return (setup != before ? followed([.configure(setup)]) : []) + [answer]
    }

    /// A message of the conversation's history.
    func append(_ event: JSONText) -> [ClientAction] {
        guard let text = event["text"]?.text else { return refuse(FieldError("text", .missing, "")) }
        switch event["role"]?.text {
        case "user": return followed([.append(.user(text))])
        case "assistant": return followed([.append(.assistant(text))])
        case "system": return followed([.append(.system(text))])
        default: return refuse(FieldError("role", .missing, ""))
        }
    }

    /// What a tool returned.
    func giveBack(_ event: JSONText) -> [ClientAction] {
        guard let id = event["call_id"]?.text else { return refuse(FieldError("call_id", .missing, "")) }
        guard let output = event["output"]?.text else { return refuse(FieldError("output", .missing, "")) }
        return followed([.result(ToolResult(id: id, output: output), answers: true)])
    }

    private func followed(_ actions: [ClientAction]) -> [ClientAction] {
        hasMind
            ? actions
            : [
                .reply(
                    .text(
                        DuetMessages.text(
                            .info(code: "not_followed", message: Self.unfollowed, milliseconds: 0), played: nil)))
            ]
    }
}
