// The ids of a connection's items and responses.

struct RealtimeIDs {
    /// Makes ids differ between connections: a client may bring along items of an earlier one.
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
