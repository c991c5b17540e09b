// A queue in a circle: what was taken leaves nothing behind.

/// First in, first out. Its storage is at most twice the most that ever waited, and small again when it has run empty.
public struct Ring<Element> {
    private static var placesMin: Int { 16 }

    private var places: [Element?] = []
    private var head = 0
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }
    /// Places that memory is held for.
    public var placesHeld: Int { places.count }

    public mutating func append(_ element: Element) {
        if count == places.count { grow() }
        places[(head + count) % places.count] = element
        count += 1
    }

    public mutating func popFirst() -> Element? {
        guard count > 0 else { return nil }
        let element = places[head].take()
        head = (head + 1) % places.count
        count -= 1
        if count == 0, places.count > Self.placesMin { self = Ring() }
        return element
    }

    private mutating func grow() {
        let all = places[head...] + places[..<head]
        places = all + [Element?](repeating: nil, count: max(Self.placesMin, places.count))
        head = 0
    }
}

extension Ring: Sendable where Element: Sendable {}
