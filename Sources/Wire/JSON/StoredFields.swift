// Settings as a client set them, kept as JSON: what they are is written once, and sent back as often as they are asked for.

/// Fields in the order in which they were first set.
struct StoredFields {
    /// So many may be set in one go.
    static let countMax = 256

    /// Each value is written already.
    private(set) var fields: [(String, JSONText)] = []
    private var places: [String: Int] = [:]
    /// What they take in JSON, about.
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
