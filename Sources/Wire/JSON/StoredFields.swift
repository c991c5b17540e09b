// Settings as a client set them, kept as JSON: each value is written once and sent back as often as needed.

/// Fields in the order in which they were first set.
struct StoredFields {
    /// Fields that may be set in one message.
    static let countMax = 256

    /// Each value is already written.
    private(set) var fields: [(String, JSONText)] = []
    private var places: [String: Int] = [:]
    /// Their approximate size as JSON, in bytes.
    private(set) var bytes = 0

    init(_ fields: [(String, JSONText)] = []) { for (name, value) in fields { set(name, value) } }

    mutating func set(_ name: String, _ value: JSONText) {
        let written = value.once
        if let place = places[name] {
            bytes += written.writtenBytes - fields[place].1.writtenBytes
            fields[place].1 = written
        } else {
            places[name] = fields.count
            fields.append((name, written))
            bytes += name.utf8.count + written.writtenBytes + 4
        }
    }

    subscript(_ name: String) -> JSONText? { places[name].map { fields[$0].1 } }
}
