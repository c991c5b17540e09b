// The work that a Live session's mind hands over: to the client as it is, or as calls of the client's tools.
//
//  client:    call of `delegate` ─▶ delegation.created ─▶ commentary with its id ─▶ the tool's result
//  responses: calls ─▶ delegation.created, response.event … completed ─▶ response.item.create … response.create ─▶ results

internal import Basics

/// A session's delegation (OpenAI Live reference, `session.delegation`).
struct LiveDelegation {
    enum Target: String { case client, responses }

    /// A response of the backend, which is the mind itself.
    struct Response {
        let delegation: String, id: String
        /// Items so far.
        var count = 0
    }

    /// The tool by which a mind hands work to the client.
    private static let tool = Tool(
        name: "delegate",
        description: "Hands the user's present request to the application, which can act and look things up.",
        parameters: #"{"type":"object","properties":{}}"#)

    /// Nil if the client has named none.
    private(set) var target: Target?
    /// Instructions and tools of the backend.
    private var backend = MindSetup()
    /// The settings of the backend as the client set them.
    private var fields = StoredFields()
    /// Calls that have not returned, each with its delegation, and the results that wait for the others.
    private var calls: [(id: String, delegation: String)] = []
    private var results: [ToolResult] = []
    /// The response whose end the client has not been told.
    private(set) var response: Response?
    private var count = 0

    // MARK: Settings

    /// Merges `asked`, whose shape was checked. A type that is not named stays.
    mutating func merge(_ asked: JSONText, hasMind: Bool) throws(FieldError) {
        let type = asked["type"]?.text ?? target?.rawValue ?? Target.client.rawValue
        guard let new = Target(rawValue: type), new == .client || hasMind else {
            let known = #"{"type":"client"}"# + (hasMind ? #" or {"type":"responses"}"# : "")
            throw FieldError("session.delegation.type", .value, known)
        }
        var backend = backend, fields = fields
        if new == .responses, let asked = asked["responses"] {
            try ToolFields.merge(asked, into: &backend, "session.delegation.responses")
            for (name, value) in asked.fields ?? [] { fields.set(name, value) }
        }
        (target, self.backend, self.fields) = (new, backend, fields)
    }

    /// As it is sent back, with the fields of `asked` that the server does not read.
    func described(_ asked: JSONText) -> JSONText {
        guard target == .responses else { return asked }
        let rest = (asked.fields ?? []).filter { !["type", "responses"].contains($0.0) }
        return .object([("type", .string("responses")), ("responses", .object(fields.fields))] + rest)
    }

    /// What the mind is configured with: the session's `instructions`, and the backend's.
    func setup(instructions: [String]) -> MindSetup {
        var setup = target == .responses ? backend : MindSetup()
        if target == .client { setup.tools = [Self.tool] }
        let all = instructions + (target == .responses ? [backend.instructions] : [])
        setup.instructions = all.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return setup
    }

    // MARK: Calls

    private mutating func next(_ kind: String) -> String {
        count += 1
        return "\(kind)_\(count)"
    }

    /// The mind calls a tool. Returns the item's id and its place, and whether its delegation is new.
    mutating func called(_ call: ToolCall) -> (item: String, response: Response, isNew: Bool) {
        let isNew = response == nil
        var response = response ?? Response(delegation: next("dlg"), id: next("resp"))
        calls.append((call.id, response.delegation))
        defer { response.count += 1; self.response = target == .responses ? response : nil }
        return (next("fc"), response, isNew)
    }

    /// The response's last item has been told.
    mutating func takeResponse() -> Response? {
        defer { response = nil }
        return response
    }

    /// A tool of the client has returned. False if it was not called, or has returned already.
    mutating func returned(_ result: ToolResult) -> Bool {
        guard calls.contains(where: { $0.id == result.id }), !results.contains(where: { $0.id == result.id }) else {
            return false
        }
        results.append(result)
        return true
    }

    /// All results, when each call has one; nil if one is missing.
    mutating func takeResults() -> [ToolResult]? {
        guard results.count == calls.count else { return nil }
        defer { (calls, results) = ([], []) }
        return results
    }

    /// The call that this delegation is, if the client has not answered it. It has now.
    mutating func takeCall(of delegation: String?) -> String? {
        guard target == .client, let index = calls.firstIndex(where: { $0.delegation == delegation }) else {
            return nil
        }
        return calls.remove(at: index).id
    }
}
