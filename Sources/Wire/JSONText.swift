// Writes JSON with its keys in the order given.

internal import Foundation

/// A JSON value to write.
public indirect enum JSONText: Sendable {
    case string(String), integer(Int64), number(Double), exact(Double), bool(Bool), null, object([(String, JSONText)]),
        array(
            [JSONText])

    public static func line(_ fields: [(String, JSONText)]) -> String { JSONText.object(fields).description }

    public var description: String {
        switch self {
        case .string(let text): Self.quote(text)
        case .integer(let value): String(value)
        case .number(let value): abs(value) < 1e12 ? String((value * 1000).rounded() / 1000) : "null"
        case .exact(let value): value.isFinite ? String(value) : "null"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        case .object(let fields):
            "{" + fields.map { Self.quote($0.0) + ":" + $0.1.description }.joined(separator: ",") + "}"
        case .array(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
        }
    }

    /// What JSONSerialization read.
    init(_ value: Any) {
        switch value {
        case let text as String: self = .string(text)
        case let number as NSNumber:
            // A boolean is a number of its own kind.
            if String(cString: number.objCType) == "c" {
                self = .bool(number.boolValue)
            } else if let whole = Int64(exactly: number.doubleValue) {
                self = .integer(whole)
            } else {
                self = .exact(number.doubleValue)
            }
        case let fields as [String: Any]:
            self = .object(fields.keys.sorted().map { ($0, JSONText(fields[$0]!)) })
        case let values as [Any]: self = .array(values.map(JSONText.init))
        default: self = .null
        }
    }

    /// RFC 8259 §7.
    private static func quote(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case let s where s.value < 32:
                let hex = String(s.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
