// Joins neighbouring symbols, the best pair first.

/// Symbols of a text in a linked list, and the pairs that may be joined in a heap: n symbols take n log n.
struct MergeQueue {
    /// A part of the text. Joined with the one before it, it is dead and has no end.
    struct Symbol {
        var token: Int32
        var start: Int32
        var end: Int32
        var previous: Int32
        var next: Int32
    }

    private struct Pair {
        /// Rank, then the left symbol's number: of equal ranks the left one comes first.
        let key: UInt64
        let right: Int32
        /// Where the joined symbol would end: if another pair changed one of the two, it does no longer.
        let end: Int32
        let token: Int32
    }

    private(set) var symbols: [Symbol] = []
    private var heap: [Pair] = []
    /// Pairs looked at so far, for tests: no more than three a symbol.
    private(set) var pairCount = 0

    mutating func removeAll() {
        symbols.removeAll(keepingCapacity: true)
        heap.removeAll(keepingCapacity: true)
    }

    /// Appends a symbol; symbols come in the text's order, without gaps.
    mutating func append(_ token: Int32, _ range: Range<Int>) {
        let index = Int32(symbols.count)
        if index > 0 { symbols[Int(index) - 1].next = index }
        symbols.append(
            Symbol(
                token: token, start: Int32(range.lowerBound), end: Int32(range.upperBound), previous: index - 1,
                next: -1))
    }

    /// Joins while `join` gives a rank, the lowest first, for two neighbours. The tokens are those of `symbols` that have an end.
    mutating func run(_ join: (Symbol, Symbol) -> (rank: UInt32, token: Int32)?) {
        guard symbols.count > 1 else { return }
        for left in 0..<symbols.count - 1 { look(at: left, join) }
        while let pair = pop() {
            let left = Int(pair.key & 0xffff_ffff), right = Int(pair.right)
            guard symbols[left].end >= 0, symbols[left].next == pair.right, symbols[right].end == pair.end
            else { continue }
            symbols[left].end = pair.end
            symbols[left].token = pair.token
            symbols[left].next = symbols[right].next
            symbols[right].end = -1
            if symbols[left].next >= 0 { symbols[Int(symbols[left].next)].previous = Int32(left) }
            if symbols[left].previous >= 0 { look(at: Int(symbols[left].previous), join) }
            look(at: left, join)
        }
    }

    private mutating func look(at left: Int, _ join: (Symbol, Symbol) -> (rank: UInt32, token: Int32)?) {
        let right = symbols[left].next
        guard right >= 0 else { return }
        pairCount += 1
        guard let (rank, token) = join(symbols[left], symbols[Int(right)]) else { return }
        push(Pair(key: UInt64(rank) << 32 | UInt64(left), right: right, end: symbols[Int(right)].end, token: token))
    }

    // MARK: The heap

    private mutating func push(_ pair: Pair) {
        heap.append(pair)
        var at = heap.count - 1
        while at > 0, heap[(at - 1) / 2].key > pair.key {
            heap[at] = heap[(at - 1) / 2]
            at = (at - 1) / 2
        }
        heap[at] = pair
    }

    private mutating func pop() -> Pair? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        var at = 0
        while true {
            var child = 2 * at + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].key < heap[child].key { child += 1 }
            guard heap[child].key < last.key else { break }
            heap[at] = heap[child]
            at = child
        }
        heap[at] = last
        return first
    }
}
