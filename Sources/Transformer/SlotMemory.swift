// Which positions a slot computes, sees and drops: attention sinks and a rolling window (Xiao et al. 2023, StreamingLLM), exact and
// without re-rotating the window; and between them a memory of the slices that mattered, seen after they have left the window.
//
//  positions  0 1 2 3 │ memory … │ … gone … │ oldest … p     kept: the sinks, some slices, and all slices up to p
//  keys       at 0…3  │ S…S+m−1  │          │ at their absolute positions, for ever
//  query      at S + m + p − oldest         │ at p           RoPE is relative: both equal the paper's in-cache positions
//  rows       0…3     │ S…       │          │ S + memory + (p − S) mod window
//
// The memory's rows are not the window's, moved: they are computed a second time, as if the talk had been the sinks and the
// remembered slices alone. So a model meets in long talks what short ones have taught it: a talk with its pauses cut out.

internal import Basics

/// One slot's positions, decided from nothing but what was asked of it before.
public struct SlotMemory: Sendable {
    public struct Shape: Hashable, Sendable {
        /// Positions kept for ever, those that slices may keep after the window, and the rolling rest; all whole slices.
        public var sinks, memory, window: Int
        /// Positions in a slice: eviction drops whole ones.
        public var slice: Int

        public init(sinks: Int, memory: Int = 0, window: Int, slice: Int) {
            (self.sinks, self.memory, self.window, self.slice) = (sinks, memory, window, slice)
        }

        /// Rows that a full cache has.
        public var rows: Int { sinks + memory + window }

        /// The oldest position of the window that position `p` may see. Whole slices: room for p's slice is made at once.
        public func oldest(for p: Int) -> Int { max(sinks, (p / slice + 1) * slice - window) }

        /// Positions that a full memory drops at once, whole slices. Not one slice at a time: what stays is turned back and, in a
        /// short precision, rounded anew; many small turns would be lost in rounding.
        public var dropped: Int { max(slice, memory / 8 / slice * slice) }
    }

    /// A position that is computed.
    public struct Place: Hashable, Sendable {
        /// Where its key is rotated, and the query that meets the window.
        public var position: Int
        /// Where the query that meets sinks and memory is rotated: the position's place among all that it sees.
        public var among: Int
        /// Where its key and value are kept.
        public var row: Int
        /// The rows of sinks and memory that it sees, and those of the window, oldest first: in two runs where it wraps around.
        public var kept, window, wrapped: Range<Int>
    }

    /// Rows that move to the places of older ones, their keys turned back by as many positions as were dropped.
    public struct Move: Hashable, Sendable {
        public var source, target, count: Int
        public var positions: Int { source - target }
    }

    public let shape: Shape
    /// The talk's next position.
    public private(set) var position = 0
    /// Whether the last slice is kept beyond the window: it is of the sinks, or in the memory.
    public private(set) var keepsSlice = false
    /// Positions in the memory, and how many of them the talk sees, because their slices have left the window.
    private var remembered = 0
    private var visible = 0
    /// Which slices of the window are in the memory. [window / slice]
    private var marks: [Bool]

    public init(shape: Shape) {
        self.shape = shape
        marks = Array(repeating: false, count: shape.window / shape.slice)
    }

    /// A new talk. What a cache holds of the last one is never seen again.
    public mutating func reset() {
        (position, remembered, visible, keepsSlice) = (0, 0, 0, false)
        for i in marks.indices { marks[i] = false }
    }

    /// Goes on at `position`, the first of a slice, as if all before had been computed: for benches and tests of long streams.
    public mutating func start(at position: Int) { self.position = position }

    // MARK: The talk

    /// Computes the talk's next `count` positions, all of one slice, and returns the first.
    mutating func advance(_ count: Int) -> Int {
        if position % shape.slice == 0 { beginSlice() }
        defer { position += count }
        return position
    }

    /// What leaves the window for the next slice is seen in the memory from now on, if it is there.
    private mutating func beginSlice() {
        keepsSlice = position < shape.sinks
        guard shape.memory > 0, position >= shape.sinks else { return }
        let leaving = shape.oldest(for: position) - shape.slice
        if leaving >= shape.sinks, marks[mark(leaving)] { visible += shape.slice }
        marks[mark(position)] = false
    }

    /// The last position is to come again, with another input. It must not be the first of a slice.
    mutating func rewind() {
        position -= 1
        invariant(position % shape.slice != 0, "a slice taken back")
    }

    /// Where position `p` of the talk stands, which is of the last slice.
    func place(_ p: Int) -> Place {
        guard p >= shape.sinks else { return memoryPlace(p) }
        let oldest = shape.oldest(for: p), count = p - oldest + 1, kept = shape.sinks + visible
        let first = row(oldest), before = min(count, shape.rows - first), second = shape.sinks + shape.memory
        return Place(
            position: p, among: kept + p - oldest, row: row(p), kept: 0..<kept, window: first..<first + before,
            wrapped: second..<second + count - before)
    }

    /// The row of a position of the window.
    private func row(_ p: Int) -> Int { shape.sinks + shape.memory + (p - shape.sinks) % shape.window }

    // MARK: The memory

    /// Makes room in the memory for the slice that the last position is of; its places must be computed next. nil when it cannot be
    /// remembered: a sink, or the memory is full of slices that the window still holds. Else what must move before.
    mutating func remember() -> Move? {
        let last = position - 1
        guard shape.memory > 0, last >= shape.sinks else { return nil }
        var dropped = 0
        if remembered == shape.memory {
            guard visible > 0 else { return nil }
            dropped = min(shape.dropped, visible)
            remembered -= dropped
            visible -= dropped
        }
        marks[mark(last)] = true
        keepsSlice = true
        return Move(source: shape.sinks + dropped, target: shape.sinks, count: dropped > 0 ? remembered : 0)
    }

    /// Takes up a whole slice behind what is remembered and returns its first position, which counts from the first sink.
    mutating func advanceMemory() -> Int {
        defer { remembered += shape.slice }
        return shape.sinks + remembered
    }

    /// Where a position of the memory stands: it sees the sinks and the memory up to itself, and no window.
    func memoryPlace(_ p: Int) -> Place {
        Place(position: p, among: p, row: p, kept: 0..<p + 1, window: 0..<0, wrapped: 0..<0)
    }

    private func mark(_ p: Int) -> Int { (p - shape.sinks) / shape.slice % marks.count }
}
