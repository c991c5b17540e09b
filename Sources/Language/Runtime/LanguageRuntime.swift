// Runs tokens of many talks through a language model, all together in a step.

internal import Basics
public import Kernels
public import Transformer

/// One thread owns it; weights are shared. A row's bits depend neither on the other rows of its step nor on how a text is divided into
/// steps, except in float32 where OpenBLAS runs products of many rows.
public final class LanguageRuntime {
    /// A token at its slot's next position. A slot may have several in a step.
    public struct Row: Hashable, Sendable {
        public var slot: Int
        public var token: Int32
        /// Whether it is the first of a turn.
        public var beginsTurn: Bool
        public var wantsLogits: Bool

        public init(slot: Int, token: Int32, beginsTurn: Bool = false, wantsLogits: Bool = false) {
            (self.slot, self.token) = (slot, token)
            (self.beginsTurn, self.wantsLogits) = (beginsTurn, wantsLogits)
        }
    }

    public let weights: LanguageWeights
    public let rowsMax, logitsMax: Int
    private let layers: Layers
    /// [slots]
    private var memories: [TurnMemory]
    private var places: [Layers.Row] = []
    /// [rowsMax, width]; the rows whose logits are wanted [logitsMax, width]; their logits [logitsMax, vocabulary].
    private let x, chosen, scores: Buffer
    private let operand: Operand

    /// At most `rowsMax` rows and `logitsMax` wanted logits in a step. Keys and values are cached in `cache`; they take memory as they
    /// are computed.
    public init(
        _ weights: LanguageWeights, memory: TurnMemory.Shape, cache: Precision = .standard, slots: Int, rowsMax: Int,
        logitsMax: Int
    ) {
        (self.weights, self.rowsMax, self.logitsMax) = (weights, rowsMax, logitsMax)
        let shape = weights.shape.stack
        layers = Layers(
            shape: shape, blocks: weights.blocks, norm: weights.norm, rowsPerSlot: memory.rows, precision: cache,
            slots: slots, rowsMax: rowsMax, isLazy: true)
        memories = Array(repeating: TurnMemory(shape: memory), count: slots)
        places.reserveCapacity(rowsMax)
        x = Buffer(count: rowsMax * shape.width)
        chosen = Buffer(count: logitsMax * shape.width)
        scores = Buffer(count: logitsMax * weights.shape.vocabulary)
        operand = Operand(rowsMax: logitsMax, widthMax: shape.width)
    }

    /// Bytes of a slot whose cache is full.
    public static func bytesPerSlot(_ shape: StackShape, memory: TurnMemory.Shape, cache: Precision) -> Int {
        2 * shape.layers * shape.keyHeads * memory.rows * cache.rowBytes(dim: shape.headDim)
    }

    // MARK: Slots

    public func memory(_ slot: Int) -> TurnMemory { memories[slot] }
    /// A slot's next position.
    public func position(_ slot: Int) -> Int { memories[slot].position }

    /// Starts a slot's session, at position 0.
    public func open(_ slot: Int) { memories[slot].reset() }

    /// Forgets a slot's session and returns its memory to the system.
    public func close(_ slot: Int) {
        memories[slot].reset()
        layers.release(slot)
    }

    /// Pins all positions so far for the whole session.
    public func pin(_ slot: Int) { memories[slot].pin() }

    /// Starts a slot's session with the pinned beginning of another.
    public func open(_ slot: Int, from source: Int) {
        let count = memories[source].pinned ?? 0
        layers.copy(source, to: slot, count: count)
        memories[slot].reset(pinned: count)
    }

    /// Takes back the positions from `position` on; see `TurnMemory.truncate`.
    public func truncate(_ slot: Int, to position: Int) -> Bool { memories[slot].truncate(to: position) }

    // MARK: A step

    /// Computes rows. Those of a slot take its next positions in the order given, and each sees those before it.
    public func step(_ rows: [Row]) {
        let width = weights.shape.stack.width
        invariant(rows.count <= rowsMax, "\(rows.count) rows where there is room for \(rowsMax)")
        places.removeAll(keepingCapacity: true)
        for (i, row) in rows.enumerated() {
            weights.table.read(Int(row.token), into: x.pointer + i * width)
            if row.beginsTurn { memories[row.slot].beginTurn() }
            places.append(Layers.Row(row.slot, memories[row.slot].advance()))
        }
        layers.run(x.pointer, places)
        var count = 0
        for (i, row) in rows.enumerated() where row.wantsLogits {
            invariant(count < logitsMax, "more logits wanted than \(logitsMax)")
            (chosen.pointer + count * width).update(from: x.pointer + i * width, count: width)
            count += 1
        }
        if count > 0 { weights.head.apply(chosen.pointer, rows: count, through: operand, to: scores.pointer) }
    }

    /// The logits [vocabulary] of the last step's row that was the `index`-th to want some.
    public func logits(_ index: Int) -> UnsafePointer<Float> {
        UnsafePointer(scores.pointer + index * weights.shape.vocabulary)
    }
}
