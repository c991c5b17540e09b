// A JSON value: parsed from a message, or to be written with its fields in the given order.

/// A JSON value (RFC 8259).
public enum JSONText: Sendable {
    case string(String), integer(Int64), number(Double), exact(Double), bool(Bool), null, array([JSONText])
    /// Of several fields with one name, the last counts.
    case object([(String, JSONText)])
    /// Valid JSON, already written.
    case written(String)

    static let empty = JSONText.object([])

    public static func line(_ fields: [(String, JSONText)]) -> String { JSONText.object(fields).description }

    /// As JSON.
    public var description: String {
        var writer = JSONWriter()
        writer.write(self)
        return writer.text
    }

    /// Bytes of a `written` value; 0 for others.
    var writtenBytes: Int { if case .written(let text) = self { text.utf8.count } else { 0 } }

    /// The value in written form, for what is sent often.
    var once: JSONText { if case .written = self { self } else { .written(description) } }
}

// MARK: Reading

extension JSONText {
    /// A field's value. Nil if there is none, or it is null.
    package subscript(_ name: String) -> JSONText? {
        guard case .object(let fields) = self, let field = fields.last(where: { $0.0 == name }) else { return nil }
        return field.1.isNull ? nil : field.1
    }

    var isNull: Bool { if case .null = self { true } else { false } }
    package var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    package var list: [JSONText]? { if case .array(let values) = self { values } else { nil } }
    package var fields: [(String, JSONText)]? { if case .object(let fields) = self { fields } else { nil } }

    /// A whole number, however it is written.
    package var whole: Int64? {
        switch self {
        case .integer(let value): value
        case .exact(let value): Int64(exactly: value)
        default: nil
        }
    }

    var real: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .exact(let value): value
        default: nil
        }
    }

    /// The client's own id of an event, if it is short enough to be sent back.
    var eventID: JSONText? { self["event_id"].flatMap { Self.idShape.fault(of: $0) == nil ? $0 : nil } }

    static let idShape = JSONShape.text(0...512)

    /// A whole number of 64 bits, signed or unsigned.
    var seed: UInt64? {
        if let whole { return UInt64(bitPattern: whole) }
        return real.flatMap { UInt64(exactly: $0) }
    }
}
