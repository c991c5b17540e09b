// Which positions of a talk a slot keeps: a pinned beginning, and whole turns of the rest, as many as fit. Positions can be taken back
// without a trace.
//
//  positions  0 … S−1 │ … gone … │ oldest … p        S: the pinned beginning, attention sinks (Xiao et al. 2023, StreamingLLM)
//  keys       at 0…S−1│          │ at their absolute positions
//  query      at S + p − oldest  │ at p              RoPE is relative: both equal positions counted among what is seen
//  rows       0…S−1   │          │ S + (p − S) mod ring
//
// The ring has more rows than the window, `slack` of them: a row stays intact for that many positions after its turn was evicted, so
// that an eviction can be undone.

internal import Basics

/// One slot's positions: a pure function of the calls so far.
public struct TurnMemory: Sendable {
    public struct Shape: Hashable, Sendable {
        /// Cache rows; the most positions of the window, which is smaller where the pinned beginning is long; and how many positions can
        /// always be taken back. The rows of one slot in a step must be no more than `slack`.
        public var rows, window, slack: Int

        public init(rows: Int, window: Int, slack: Int) {
            invariant(window >= 1 && slack >= 1 && rows > slack + window, "a memory of \(rows) rows")
            (self.rows, self.window, self.slack) = (rows, window, slack)
        }

        /// The longest beginning that can be pinned: half the window remains.
        public var pinnedMax: Int { rows - slack - (window + 1) / 2 }
    }

    private struct Eviction: Hashable {
        /// The position for which room was made, and the oldest one that was kept until then.
        var at, oldest: Int
    }

    public let shape: Shape
    /// The session's next position.
    public private(set) var position = 0
    /// Pinned positions; nil until `pin`.
    public private(set) var pinned: Int?
    /// The first position of the window.
    public private(set) var oldest = 0
    /// First positions of turns, ascending.
    private var starts: [Int] = []
    private var evictions: [Eviction] = []
    /// One past the highest position ever written, and the lowest position that can still be the next.
    private var written = 0, floor = 0

    public init(shape: Shape) { self.shape = shape }

    /// Starts a new session.
    public mutating func reset() { self = TurnMemory(shape: shape) }

    private var ring: Int { shape.rows - (pinned ?? 0) }
    /// The oldest position of the window that can ever be seen again, should positions be taken back.
    public var reach: Int { evictions.first?.oldest ?? oldest }
    /// Positions that the window may hold.
    public var window: Int { min(shape.window, ring - shape.slack) }

    /// All positions so far stay for the whole session. They must not be more than `Shape.pinnedMax`.
    public mutating func pin() {
        invariant(pinned == nil && position <= shape.pinnedMax, "\(position) positions pinned")
        (pinned, oldest, floor, written) = (position, position, position, position)
    }

    /// A session whose pinned beginning of `count` positions is already in the cache.
    public mutating func reset(pinned count: Int) {
        reset()
        position = count
        pin()
    }

    /// The next position begins a turn. Turns are evicted whole, unless one alone is longer than the window.
    public mutating func beginTurn() {
        if starts.last != position { starts.append(position) }
    }

    /// Takes the next position and returns its place.
    public mutating func advance() -> SlotMemory.Place {
        if let pinned {
            makeRoom()
            position += 1
            written = max(written, position)
            forget()
            return windowPlace(position - 1, pinned)
        }
        invariant(position < shape.rows, "a beginning of more than \(shape.rows) positions")
        position += 1
        let p = position - 1
        return SlotMemory.Place(position: p, among: p, row: p, kept: 0..<p + 1, window: 0..<0, wrapped: 0..<0)
    }

    private func windowPlace(_ p: Int, _ pinned: Int) -> SlotMemory.Place {
        let count = p - oldest + 1, first = pinned + (oldest - pinned) % ring, before = min(count, shape.rows - first)
        return SlotMemory.Place(
            position: p, among: pinned + p - oldest, row: pinned + (p - pinned) % ring, kept: 0..<pinned,
            window: first..<first + before, wrapped: pinned..<pinned + count - before)
    }

    /// Evicts the oldest turns until the window has room for the next position; of a single turn, an eighth of the window.
    private mutating func makeRoom() {
        while position - oldest >= window {
            evictions.append(Eviction(at: position, oldest: oldest))
            oldest = starts.first { $0 > oldest } ?? oldest + max(1, window / 8)
        }
    }

    /// Drops the record of evictions that cannot be undone any more.
    private mutating func forget() {
        while let first = evictions.first, first.oldest + ring < written {
            floor = first.at + 1
            evictions.removeFirst()
        }
        while let first = starts.first, first < reach { starts.removeFirst() }
    }

    /// Takes back all positions from `p` on, as if they had never been computed: what follows gives the same bits. False, and nothing
    /// has happened, if rows that were visible then have been overwritten since, which needs more than `Shape.slack` positions. Turns
    /// that began at `p` or later must be begun again.
    public mutating func truncate(to p: Int) -> Bool {
        guard p <= position else { return false }
        guard pinned != nil else { return p == position || takeBack(p) }
        guard p >= floor else { return false }
        var kept = evictions, first = oldest
        while let last = kept.last, last.at >= p {
            first = last.oldest
            kept.removeLast()
        }
        guard first + ring >= written || p == position else { return false }
        (evictions, oldest) = (kept, first)
        return takeBack(p)
    }

    private mutating func takeBack(_ p: Int) -> Bool {
        position = p
        starts.removeAll { $0 >= p }
        return true
    }
}
