// Which positions a slot computes, sees and drops: attention sinks and a rolling window (Xiao et al. 2023, StreamingLLM), exact and
// without re-rotating the window. Between the two, a memory of slices that mattered stays visible after they have left the window.
//
//  positions  0 1 2 3 │ memory … │ … gone … │ oldest … p     kept: the sinks, some slices, and all slices up to p
//  keys       at 0…3  │ S…S+m−1  │          │ at their absolute positions
//  query      at S + m + p − oldest         │ at p           RoPE is relative: both equal the paper's in-cache positions
//  rows       0…3     │ S…       │          │ S + memory + (p − S) mod window
//
// The memory's rows are not moved out of the window. They are computed again, as if the session had been only the sinks and the
// remembered slices. To the model, a long session then looks like its short training sessions, with the pauses cut out.

internal import Basics

/// One slot's positions: a pure function of the calls so far.
public struct SlotMemory: Sendable {
    public struct Shape: Hashable, Sendable {
        /// Positions, in whole slices: kept for the whole session; kept by some slices after the window; and the window itself.
        public var sinks, memory, window: Int
        /// Positions in a slice. Whole slices are evicted.
        public var slice: Int

        public init(sinks: Int, memory: Int = 0, window: Int, slice: Int) {
            (self.sinks, self.memory, self.window, self.slice) = (sinks, memory, window, slice)
        }

        /// Rows in a full cache.
        public var rows: Int { sinks + memory + window }

        /// The oldest position of the window that position `p` sees. Room for p's whole slice is made at once.
        public func oldest(for p: Int) -> Int { max(sinks, (p / slice + 1) * slice - window) }

        /// Positions that a full memory drops at once, whole slices. One slice at a time would rotate the remaining keys too often:
        /// in a short type every rotation rounds them again, and many small rotations would drown in rounding errors.
        public var dropped: Int { max(slice, memory / 8 / slice * slice) }
    }

    /// Where a computed position stands.
    public struct Place: Hashable, Sendable {
        /// Rotation of its key, and of the query that meets the window.
        public var position: Int
        /// Rotation of the query that meets sinks and memory: the position's rank among all that it sees.
        public var among: Int
        /// The cache row of its key and value.
        public var row: Int
        /// The rows that it sees: sinks and memory, then the window, oldest first, in two runs where it wraps around.
        public var kept, window, wrapped: Range<Int>
    }

    /// Moves rows over dropped ones; their keys are rotated back by the number of dropped positions.
    public struct Move: Hashable, Sendable {
        public var source, target, count: Int
        public var positions: Int { source - target }
    }

    public let shape: Shape
    /// The session's next position.
    public private(set) var position = 0
    /// Whether the last slice outlives the window, as a sink or in the memory.
    public private(set) var keepsSlice = false
    /// Positions in the memory, and how many of them are visible because their slices have left the window.
    private var remembered = 0
    private var visible = 0
    /// Whether each slice of the window is also in the memory. [window / slice]
    private var marks: [Bool]

    public init(shape: Shape) {
        self.shape = shape
        marks = Array(repeating: false, count: shape.window / shape.slice)
    }

    /// Starts a new session. It never sees what the cache holds of the previous one.
    public mutating func reset() {
        (position, remembered, visible, keepsSlice) = (0, 0, 0, false)
        for i in marks.indices { marks[i] = false }
    }

    /// Continues at `position`, the first of a slice, as if all before had been computed. For benches and tests of long streams.
    public mutating func start(at position: Int) { self.position = position }

    // MARK: The session

    /// Takes the session's next `count` positions, all in one slice, and returns the first.
    mutating func advance(_ count: Int) -> Int {
        if position % shape.slice == 0 { beginSlice() }
        defer { position += count }
        return position
    }

    /// The slice that leaves the window becomes visible in the memory, if it was remembered.
    private mutating func beginSlice() {
        keepsSlice = position < shape.sinks
        guard shape.memory > 0, position >= shape.sinks else { return }
        let leaving = shape.oldest(for: position) - shape.slice
        if leaving >= shape.sinks, marks[mark(leaving)] { visible += shape.slice }
        marks[mark(position)] = false
    }

    /// Takes back the last position, to compute it again with another input. It must not be the first of a slice.
    mutating func rewind() {
        position -= 1
        invariant(position % shape.slice != 0, "a slice taken back")
    }

    /// The place of position `p`, which must be in the last slice.
    func place(_ p: Int) -> Place {
        guard p >= shape.sinks else { return memoryPlace(p) }
        let oldest = shape.oldest(for: p), count = p - oldest + 1, kept = shape.sinks + visible
        let first = row(oldest), before = min(count, shape.rows - first), second = shape.sinks + shape.memory
        return Place(
            position: p, among: kept + p - oldest, row: row(p), kept: 0..<kept, window: first..<first + before,
            wrapped: second..<second + count - before)
    }

    /// The row of a window position.
    private func row(_ p: Int) -> Int { shape.sinks + shape.memory + (p - shape.sinks) % shape.window }

    // MARK: The memory

    /// Makes room in the memory for the slice of the last position, whose places must be computed next. Returns the rows to move
    /// first, or nil if the slice cannot be remembered: it is a sink, or the window still holds every slice in the memory.
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

    /// Appends a whole slice to the memory and returns its first position, counted from the first sink.
    mutating func advanceMemory() -> Int {
        defer { remembered += shape.slice }
        return shape.sinks + remembered
    }

    /// The place of a memory position: it sees the sinks and the memory up to itself, but no window.
    func memoryPlace(_ p: Int) -> Place {
        Place(position: p, among: p, row: p, kept: 0..<p + 1, window: 0..<0, wrapped: 0..<0)
    }

    private func mark(_ p: Int) -> Int { (p - shape.sinks) / shape.slice % marks.count }
}
