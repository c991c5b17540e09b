// Reads the instructions, function tools and tool choice of a client's settings, as OpenAI's protocols write them.

internal import Basics

/// Function tools: `{"type":"function","name":…,"description":…,"parameters":{…}}` (OpenAI Realtime reference, `session.tools`).
enum ToolFields {
    /// Tools of a session.
    static let toolsMax = 128
    /// Bytes of a tool's name, and of a call's id.
    static let nameBytesMax = 64, idBytesMax = 128
    /// Bytes of a tool's output. Longer ones are refused.
    static let outputBytesMax = 32 << 10

    /// Parameters of a tool that names none.
    private static let noParameters = #"{"type":"object","properties":{}}"#

    static let toolShape = JSONShape.object([
        "type": .text(0...64), "name": .text(0...nameBytesMax), "description": .text(), "parameters": .object([:]),
    ])
    static let choiceShape = JSONShape.either(
        .choice(["auto", "none", "required"]), .object(["type": .text(0...64), "name": .text(0...nameBytesMax)]))

    /// The tools in a list whose shape was checked; `param` is the list's name in errors. Null is none.
    static func tools(_ value: JSONText, _ param: String) throws(FieldError) -> [Tool] {
        let list = value.list ?? []
        guard list.count <= toolsMax else { throw FieldError(param, .value, "a list of up to \(toolsMax) tools") }
        var tools: [Tool] = []
        for (i, fields) in list.enumerated() {
            let tool = try tool(fields, "\(param)[\(i)]")
            guard !tools.contains(where: { $0.name == tool.name }) else {
                throw FieldError("\(param)[\(i)].name", .value, "the name of no other tool")
            }
            tools.append(tool)
        }
        return tools
    }

    private static func tool(_ fields: JSONText, _ param: String) throws(FieldError) -> Tool {
        guard fields["type"]?.text ?? "function" == "function" else {
            throw FieldError(param + ".type", .value, "function: this server runs no tools, the client does")
        }
        guard let name = fields["name"]?.text else { throw FieldError(param + ".name", .missing, "") }
        guard isName(name) else {
            throw FieldError(param + ".name", .value, "1 to \(nameBytesMax) letters, digits, underscores and hyphens")
        }
        return Tool(
            name: name, description: fields["description"]?.text ?? "",
            parameters: fields["parameters"]?.description ?? noParameters)
    }

    private static func isName(_ text: String) -> Bool {
        (1...nameBytesMax).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// A tool choice whose shape was checked. Null is `auto`.
    static func choice(_ value: JSONText, _ param: String) throws(FieldError) -> ToolChoice {
        switch value.text {
        case "none": return .none
        case "required": return .required
        case .some: return .auto
        case nil: break
        }
        guard !value.isNull else { return .auto }
        guard value["type"]?.text == "function", let name = value["name"]?.text else {
            throw FieldError(param, .value, #"auto, none, required or {"type":"function","name":…}"#)
        }
        return .function(name)
    }

    /// Merges the settings named in `update` into `setup`. What is absent stays; null is the default.
    static func merge(_ update: JSONText, into setup: inout MindSetup, _ param: String) throws(FieldError) {
        var merged = setup
        for (name, value) in update.fields ?? [] {
            switch name {
            case "instructions": merged.instructions = value.text ?? ""
            case "tools": merged.tools = try tools(value, param + ".tools")
            case "tool_choice": merged.toolChoice = try choice(value, param + ".tool_choice")
            default: break
            }
        }
        if case .function(let name) = merged.toolChoice, !merged.tools.contains(where: { $0.name == name }) {
            throw FieldError(param + ".tool_choice", .value, "a tool of the session; \(name) is none")
        }
        setup = merged
    }
}
