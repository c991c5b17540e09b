// A growing circular queue that releases its memory when it runs empty.

/// First in, first out. Its storage is at most twice the largest count so far (at least 16), and shrinks once it is empty.
public struct Ring<Element> {
    private static var placesMin: Int { 16 }

    private var places: [Element?] = []
    private var head = 0
    public private(set) var count = 0

    public init() {}

    public var isEmpty: Bool { count == 0 }
    /// Elements that memory is allocated for.
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
