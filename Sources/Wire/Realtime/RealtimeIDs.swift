// The ids of a connection's items and responses.

struct RealtimeIDs {
    /// A client may bring items of an earlier connection: ids differ between connections.
    private let mark: String
    private var count = 0

    init(chance: UInt64) {
        let smallest: UInt64 = 0x1000_0000
        mark = String(smallest + chance % (0x1_0000_0000 - smallest), radix: 16)
    }

    mutating func next(_ kind: String) -> String {
        count += 1
        return "\(kind)_\(mark)_\(count)"
    }
}
