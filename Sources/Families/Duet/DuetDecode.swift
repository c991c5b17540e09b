// DECODE: two transformer positions per slice. Greedy, so the same audio always gives the same conversation.
//
//  listen position: encoder rows                    ─▶ think ─▶ say
//  speak position:  think + say + last slice's codes ─▶ first code ─▶ second code
//
// Both run in one step, drafted as if the user had said no word and the assistant wrote none, which holds in five slices of six. Where it
// does not, the speak position runs again; if the user said a word, both positions also run once more for the memory. The result equals
// sequential decoding (speculative decoding, Leviathan et al. 2023, with a constant draft).

internal import Dialogue
internal import Kernels
internal import Transformer

/// The duplex model, with a column of state per slot.
final class DuetDecode: Stage {
    /// Nats subtracted from silence while a text is read out that was not asked for: the model alone would tend to fall silent. It
    /// still may, when a user interrupts.
    private static let silencePenalty: Float = 4

    private let weights: DuetWeights
    private let listen: DuetListen
    private let stack: Stack
    private let silent: Int
    private let end: Int32
    /// [slots, 2]: the codes of each slot's last slice.
    private var last: [Int]
    /// [slots, 2]: the codes of the last slice that each slot keeps beyond its window.
    private var remembered: [Int]
    /// [rowsMax, 2]: the codes of this step, read by SPEAK; `silent` for silence.
    private(set) var codes: [Int]
    /// Rows (and slots) of this step whose speak position runs again; rows (and slots) whose slice goes into the memory.
    private var redoRows, redoSlots, wordRows, wordSlots: [Int]
    private let x, listened, y, hidden, inner, logits: Buffer
    private let operand: Operand

    init(weights: DuetWeights, listen: DuetListen, slots: Int) {
        (self.weights, self.listen) = (weights, listen)
        let d = weights.config.decode, memory = weights.config.plan.memory
        let shape = StackShape(
            width: d.width, layers: d.layers, heads: d.heads, keyHeads: d.kv_heads, headDim: d.head_dim,
            hidden: d.hidden,
            ropeBase: d.rope_base)
        let slice = weights.config.plan.positionsPerSlice
        stack = Stack(
            shape: shape, blocks: weights.blocks, norm: weights.norm,
            memory: SlotMemory.Shape(
                sinks: memory.sinks, memory: memory.words ?? 0, window: memory.window, slice: slice),
            precision: weights.cachePrecision, slots: slots, rowsMax: slots * (1 + slice))
        silent = d.codes
        end = weights.config.plan.tokens.end
        last = Array(repeating: silent, count: slots * 2)
        remembered = last
        codes = last
        (redoRows, redoSlots, wordRows, wordSlots) = ([], [], [], [])
        redoRows.reserveCapacity(slots)
        redoSlots.reserveCapacity(slots)
        wordRows.reserveCapacity(slots)
        wordSlots.reserveCapacity(slots)
        x = Buffer(count: slots * (3 + slice) * d.width)
        listened = Buffer(count: slots * d.width)
        y = Buffer(count: slots * d.width)
        hidden = Buffer(count: slots * d.width)
        inner = Buffer(count: slots * d.second_hidden)
        logits = Buffer(count: slots * max(d.codes + 1, d.vocabulary))
        operand = Operand(rowsMax: slots, widthMax: max(weights.listenProjection.inputs, d.width, d.second_hidden))
    }

    func open(_ slot: Int, seed: UInt64) {
        stack.open(slot)
        for i in slot * 2..<slot * 2 + 2 { (last[i], remembered[i]) = (silent, silent) }
    }

    func run(_ batch: SliceBatch) {
        let rows = batch.slots.count, width = weights.config.decode.width, idle = weights.config.plan.tokens.idle
        weights.listenProjection.apply(listen.rows.pointer, rows: rows, through: operand, to: x.pointer)
        for row in 0..<rows { weights.positionKind.add(0, to: x.pointer + row * width) }
        listened.pointer.update(from: x.pointer, count: rows * width)
        let draft = Decision(think: Int32(idle), say: Int32(idle))
        for (row, slot) in batch.slots.enumerated() { embed(draft, after: last, slot, to: rows + row) }
        stack.step(x.pointer, slots: batch.slots, each: 2)
        weights.think.apply(x.pointer, rows: rows, through: operand, to: logits.pointer)
        for row in 0..<rows {
            batch.decisions[row].think = batch.prompts[row].think ?? Int32(best(row, weights.think.outputs))
        }
        choose(weights.say, x.pointer, rows: rows) { Int(batch.decisions[$0].think) }
        for row in 0..<rows {
            let chosen = Int32(best(row, weights.say.head.outputs)), prompt = batch.prompts[row]
            let said = prompt.say.map { prompt.waits && chosen == idle ? chosen : $0 } ?? chosen
            batch.decisions[row].say = batch.isSilent(row, end: end) ? idle : said
        }
        redoWrongDrafts(batch)
        speak(batch)
        for slot in batch.slots where stack.memories[slot].keepsSlice {
            for i in slot * 2..<slot * 2 + 2 { remembered[i] = last[i] }
        }
    }

    /// Runs the speak position again where the draft was wrong.
    private func redoWrongDrafts(_ batch: SliceBatch) {
        let rows = batch.slots.count, width = weights.config.decode.width, idle = weights.config.plan.tokens.idle
        redoRows.removeAll(keepingCapacity: true)
        redoSlots.removeAll(keepingCapacity: true)
        wordRows.removeAll(keepingCapacity: true)
        wordSlots.removeAll(keepingCapacity: true)
        for (row, slot) in batch.slots.enumerated() {
            let decision = batch.decisions[row]
            guard decision.think != idle || decision.say != idle else { continue }
            redoRows.append(row)
            redoSlots.append(slot)
            stack.rewind(slot)
            // What the user said stays visible after it has left the window.
            guard decision.think != idle, stack.remember(slot) else { continue }
            wordRows.append(row)
            wordSlots.append(slot)
        }
        guard !redoRows.isEmpty else { return }
        var next = 2 * rows
        for row in redoRows {
            embed(batch.decisions[row], after: last, batch.slots[row], to: next)
            next += 1
        }
        for row in wordRows {
            (x.pointer + next * width).update(from: listened.pointer + row * width, count: width)
            embed(batch.decisions[row], after: remembered, batch.slots[row], to: next + 1)
            next += 2
        }
        let repeated = x.pointer + 2 * rows * width
        stack.step(repeated, slots: redoSlots, remembering: wordSlots)
        for (i, row) in redoRows.enumerated() {
            (x.pointer + (rows + row) * width).update(from: repeated + i * width, count: width)
        }
    }

    private func best(_ row: Int, _ count: Int) -> Int { Sampler.greedy(logits.pointer + row * count, count: count) }

    /// The speak position's input. `codes` [slots, 2] are those of the previous slice.
    private func embed(_ decision: Decision, after codes: [Int], _ slot: Int, to row: Int) {
        let width = weights.config.decode.width, target = x.pointer + row * width
        target.update(from: weights.positionKind.row(1), count: width)
        weights.thinkEmbedding.add(Int(decision.think), to: target)
        weights.sayEmbedding.add(Int(decision.say), to: target)
        for i in 0..<2 { weights.codeEmbeddings[i].add(codes[slot * 2 + i], to: target) }
    }

    /// Either both codes of a slice are silent or neither is.
    private func speak(_ batch: SliceBatch) {
        let rows = batch.slots.count, spoken = x.pointer + rows * weights.config.decode.width
        weights.firstCodeHead.apply(spoken, rows: rows, through: operand, to: logits.pointer)
        for row in 0..<rows {
            if batch.prompts[row].say != nil {
                logits[row * weights.firstCodeHead.outputs + silent] -= Self.silencePenalty
            }
            codes[row * 2] = batch.isSilent(row, end: end) ? silent : best(row, weights.firstCodeHead.outputs)
        }
        choose(weights.secondCodeHead, spoken, rows: rows) { codes[$0 * 2] }
        for (row, slot) in batch.slots.enumerated() {
            let speaks = codes[row * 2] != silent
            codes[row * 2 + 1] = speaks ? Sampler.greedy(logits.pointer + row * (silent + 1), count: silent) : silent
            batch.decisions[row].speaks = speaks
            last[slot * 2] = codes[row * 2]
            last[slot * 2 + 1] = codes[row * 2 + 1]
        }
    }

    /// Logits of the second choice at each position, given the first.
    private func choose(
        _ second: DuetWeights.ConditionalHead, _ outputs: UnsafePointer<Float>, rows: Int, given first: (Int) -> Int
    ) {
        let width = weights.config.decode.width
        y.pointer.update(from: outputs, count: rows * width)
        for row in 0..<rows { second.embedding.add(first(row), to: y.pointer + row * width) }
        second.norm.apply(y.pointer, rows: rows, to: hidden.pointer)
        second.up.apply(hidden.pointer, rows: rows, through: operand, to: inner.pointer)
        Activation.gelu(inner.pointer, count: rows * second.up.outputs)
        second.down.apply(inner.pointer, rows: rows, through: operand, to: hidden.pointer)
        add(hidden.pointer, to: y.pointer, count: rows * width)
        second.outputNorm.apply(y.pointer, rows: rows, to: y.pointer)
        second.head.apply(y.pointer, rows: rows, through: operand, to: logits.pointer)
    }
}
