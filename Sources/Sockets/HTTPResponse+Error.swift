// Error responses in the format of OpenAI's API.

internal import Wire

extension HTTPResponse {
    /// `{"error": {"type", "code", "message", "param"}}`. `param` names the field or parameter at fault, if any.
    public static func error(
        _ status: Int, _ code: String, _ message: String, type: String = "invalid_request_error",
        param: String? = nil, headers: [String: String] = [:]
    ) -> HTTPResponse {
        let error = JSONText.object([
            ("type", .string(type)), ("code", .string(code)), ("message", .string(message)),
            ("param", param.map(JSONText.string) ?? .null),
        ])
        var response = HTTPResponse(
            status: status, type: "application/json", body: JSONText.line([("error", error)]) + "\n", headers: headers)
        response.errorCode = code
        return response
    }
}
