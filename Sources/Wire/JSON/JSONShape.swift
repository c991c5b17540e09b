// Describes the fields that a client's messages may have: a protocol's events as tables.

/// Why a field is refused.
public struct FieldError: Error {
    enum Kind { case type, value, long, missing }

    /// The field, such as `session.tools[2].name`.
    private(set) var param: String
    let kind: Kind
    /// What the value must be.
    let expected: String

    init(_ param: String, _ kind: Kind, _ expected: String) {
        (self.param, self.kind, self.expected) = (param, kind, expected)
    }

    var message: String { kind == .missing ? "\(param) is missing." : "\(param) must be \(expected)." }

    /// The same error, as seen from the object whose field `name` holds the value.
    func inside(_ name: String) -> FieldError {
        var error = self
        let isDirect = param.isEmpty || param.hasPrefix("[")
        error.param = name + (isDirect ? "" : ".") + param
        return error
    }
}

/// What a value may be. Null counts as absent and is accepted, like any field that is not in the table.
indirect enum JSONShape: Sendable {
    case any, flag, seed
    /// Bytes of UTF-8.
    case text(ClosedRange<Int> = 0...Int.max)
    /// At most this many code points.
    case writing(Int)
    case choice([String])
    case whole(ClosedRange<Int64>)
    case real(ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
    case list(JSONShape)
    case object([String: JSONShape])
    /// At most this many fields, of any name.
    case map(Int, JSONShape)
    case either(JSONShape, JSONShape)

    /// Length of a field name that the client chooses: it may be sent back in an error.
    private static let nameBytesMax = 256

    /// The largest count that JavaScript holds exactly.
    static let exactIntegerMax: Int64 = 1 << 53

    /// What is wrong with a value; nil if nothing.
    func fault(of value: JSONText) -> FieldError? {
        switch (self, value) {
        case (.any, _), (_, .null): nil
        case (.flag, .bool): nil
        case (.seed, _) where value.seed != nil: nil
        case (.text(let bytes), .string(let text)):
            bytes.contains(text.utf8.count) ? nil : error(text.isEmpty ? .value : .long)
        case (.writing(let most), .string(let text)): Self.isWithin(most, text) ? nil : error(.long)
        case (.choice(let names), .string(let text)): names.contains(text) ? nil : error(.value)
        case (.whole(let range), .integer), (.whole(let range), .exact):
            value.whole.map { range.contains($0) ? nil : error(.value) } ?? error(value.isHuge ? .value : .type)
        case (.real(let range), .integer), (.real(let range), .exact):
            range.contains(value.real ?? .infinity) ? nil : error(.value)
        case (.list(let shape), .array(let values)): Self.fault(in: values, shape)
        case (.object(let shapes), .object(let fields)): Self.fault(in: fields) { shapes[$0] }
        case (.map(let most, let shape), .object(let fields)):
            fields.count <= most && fields.allSatisfy { $0.0.utf8.count <= Self.nameBytesMax }
                ? Self.fault(in: fields) { _ in shape } : error(.value)
        case (.either(let first, let second), _):
            first.fault(of: value) == nil || second.fault(of: value) == nil ? nil : error(.type)
        default: error(.type)
        }
    }

    private static func fault(in values: [JSONText], _ shape: JSONShape) -> FieldError? {
        for (i, value) in values.enumerated() {
            if let fault = shape.fault(of: value) { return fault.inside("[\(i)]") }
        }
        return nil
    }

    private static func fault(in fields: [(String, JSONText)], _ shape: (String) -> JSONShape?) -> FieldError? {
        for (name, value) in fields {
            if let fault = shape(name)?.fault(of: value) { return fault.inside(name) }
        }
        return nil
    }

    /// Checks bytes first: counting code points takes time.
    private static func isWithin(_ most: Int, _ text: String) -> Bool {
        text.utf8.count <= most || text.utf8.count <= 4 * most && text.unicodeScalars.count <= most
    }

    private func error(_ kind: FieldError.Kind) -> FieldError { FieldError("", kind, expected) }

    /// Describes the shape in words.
    private var expected: String {
        switch self {
        case .any: "any value"
        case .flag: "true or false"
        case .seed: "a whole number of 64 bits"
        case .text(let bytes) where bytes.upperBound == .max: "a text"
        case .text(let bytes): "a text of \(bytes.lowerBound) to \(bytes.upperBound) bytes"
        case .writing(let most): "a text of up to \(most) characters"
        case .choice(let names): names.joined(separator: " or ")
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .real(let range):
            range.upperBound == .greatestFiniteMagnitude
                ? "a number" : "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .list(let shape): "a list, each of it \(shape.expected)"
        case .object: "an object"
        case .map(let most, let shape): "an object of up to \(most) fields, each of them \(shape.expected)"
        case .either(let first, let second): "\(first.expected), or \(second.expected)"
        }
    }
}

extension JSONText {
    /// A number too large for a 64-bit integer.
    fileprivate var isHuge: Bool { real.map { abs($0) >= 0x1p63 } ?? false }
}
