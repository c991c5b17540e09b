// The embedded mind's loop: requests of all sessions come in, one step of the model runs for all, events go out.
//
//  mailbox ─▶ talks ─▶ wanted tokens − cached tokens = rows ─▶ LanguageRuntime ─▶ logits ─▶ talks ─▶ events

internal import Basics
internal import Dialogue
internal import Kernels
internal import Language
internal import Transformer

/// Owned by one thread; tests call `step` themselves.
final class MindLoop {
    /// What the handles of sessions send.
    enum Message: Sendable {
        case open(Int, deliver: @Sendable (MindEvent) -> Void)
        case request(Int, MindRequest)
        case close(Int)
        case stop
    }

    private struct Seat {
        var talk: Talk
        var deliver: @Sendable (MindEvent) -> Void
        /// Tokens in the cache after the instructions, the first at position `base`; of the instructions until they are pinned.
        var cached: [Int32] = []
        var base = 0
        var isPinned = false
        /// Rows to compute, and which of them begin turns, as indices into the wanted tokens.
        var wanted: [Int32] = []
        var turns: [Int] = []
        /// The talk's revision that `wanted` is of.
        var revision = -1
        var random: Random

        var missing: Int { wanted.count - cached.count }
    }

    private struct Prefix {
        var tokens: [Int32]
        var used: Int
    }

    private let mailbox: Mailbox<Message>
    private let places: MindPlaces
    private let options: EmbeddedOptions
    private let format: any TalkFormat
    private let runtime: LanguageRuntime
    /// [sessionsMax]
    private var seats: [Seat?]
    /// Computed instructions, in the runtime's slots after the sessions'.
    private var prefixes: [Prefix?]
    private var steps = 0
    private var messages: [Message] = []
    private var rows: [LanguageRuntime.Row] = []
    /// Slots of the rows whose logits are wanted.
    private var readers: [Int] = []
    private(set) var isStopped = false
    /// Rows that were computed.
    private(set) var rowCount = 0

    init(
        _ weights: LanguageWeights, format: any TalkFormat, options: EmbeddedOptions, mailbox: Mailbox<Message>,
        places: MindPlaces
    ) {
        (self.options, self.format, self.mailbox, self.places) = (options, format, mailbox, places)
        seats = Array(repeating: nil, count: options.sessionsMax)
        prefixes = Array(repeating: nil, count: options.prefixesMax)
        runtime = LanguageRuntime(
            weights, memory: Self.memory(options), cache: options.cache,
            slots: options.sessionsMax + options.prefixesMax, rowsMax: options.promptRowsMax + options.sessionsMax,
            logitsMax: min(options.promptRowsMax + options.sessionsMax, 64))
    }

    /// Rows of a session's cache. As many as an answer may have, and a chunk of a prompt, can be taken back.
    static func memory(_ options: EmbeddedOptions) -> TurnMemory.Shape {
        let slack = 2 * options.answerTokensMax + options.promptRowsMax + 64
        return TurnMemory.Shape(
            rows: options.instructionPositionsMax + options.windowPositions + slack, window: options.windowPositions,
            slack: slack)
    }

    // MARK: A step

    /// Takes what waits and computes one step. False if there was nothing to compute.
    @discardableResult
    func step() -> Bool {
        mailbox.drain(into: &messages)
        for message in messages { take(message) }
        messages.removeAll(keepingCapacity: true)
        for slot in seats.indices where seats[slot] != nil { prepare(slot) }
        deliver()
        fill()
        guard !rows.isEmpty else { return false }
        steps += 1
        rowCount += rows.count
        runtime.step(rows)
        read()
        deliver()
        return true
    }

    /// Messages in a session's history.
    func historyCount(_ slot: Int) -> Int { seats[slot]?.talk.entries.count ?? 0 }

    private func take(_ message: Message) {
        switch message {
        case .open(let slot, let deliver):
            seats[slot] = Seat(
                talk: Talk(format: format, options: options), deliver: deliver,
                random: Random(seed: options.seed &+ UInt64(slot)))
        case .request(let slot, let request):
            seats[slot]?.talk.take(request)
            places.took(slot)
        case .close(let slot):
            seats[slot] = nil
            runtime.close(slot)
            places.free(slot)
        case .stop: isStopped = true
        }
    }

    private func deliver() {
        for slot in seats.indices {
            guard let deliver = seats[slot]?.deliver, let events = seats[slot]?.talk.takeEvents() else { continue }
            for event in events { deliver(event) }
        }
    }

    // MARK: What a session lacks

    /// Compares what a session's cache should hold with what it holds, and takes back what differs.
    private func prepare(_ slot: Int) {
        if seats[slot]!.talk.isRestarted { restart(slot) }
        guard seats[slot]!.isPinned, seats[slot]!.revision != seats[slot]!.talk.revision else { return }
        want(slot)
        let wanted = seats[slot]!.wanted, count = seats[slot]!.cached.count
        var kept = zip(seats[slot]!.cached, wanted).prefix { $0 == $1 }.count
        // Logits that nobody has kept are computed again.
        if kept == wanted.count, kept > 0, seats[slot]!.talk.needsLogits { kept -= 1 }
        guard kept < count else { return forget(slot) }
        if runtime.truncate(slot, to: seats[slot]!.base + kept) {
            seats[slot]!.cached.removeLast(count - kept)
        } else {
            restart(slot)
            prepare(slot)
        }
    }

    private func want(_ slot: Int) {
        seats[slot]!.revision = seats[slot]!.talk.revision
        (seats[slot]!.wanted, seats[slot]!.turns) = seats[slot]!.talk.wanted()
    }

    /// Begins again with the instructions, copied if they are there.
    private func restart(_ slot: Int) {
        let memory = Self.memory(options)
        seats[slot]!.talk.restart(countMax: memory.window / 2)
        let system = seats[slot]!.talk.system
        (seats[slot]!.cached, seats[slot]!.wanted, seats[slot]!.turns) = ([], system, [])
        seats[slot]!.base = system.count
        if let found = prefixes.firstIndex(where: { $0?.tokens == system }) {
            prefixes[found]!.used = steps
            runtime.open(slot, from: options.sessionsMax + found)
            seats[slot]!.isPinned = true
        } else {
            runtime.close(slot)
            seats[slot]!.isPinned = false
        }
    }

    /// Forgets messages that the cache cannot see again.
    private func forget(_ slot: Int) {
        let reach = runtime.memory(slot).reach
        while let count = seats[slot]!.talk.forget(
            within: min(reach - seats[slot]!.base, seats[slot]!.cached.count))
        {
            seats[slot]!.base += count
            seats[slot]!.cached.removeFirst(count)
            want(slot)
        }
    }

    // MARK: The rows of a step

    /// Answers first, then what is heard; the first to be served takes turns.
    private func fill() {
        rows.removeAll(keepingCapacity: true)
        readers.removeAll(keepingCapacity: true)
        var room = options.promptRowsMax
        let order = seats.indices.map { ($0 + steps) % seats.count }.filter { (seats[$0]?.missing ?? 0) > 0 }
        let answering = order.filter { seats[$0]!.talk.isAnswering }
        for slot in answering where seats[slot]!.missing == 1 { add(slot, count: 1) }
        let prompts = answering.filter { seats[$0]!.missing > 1 } + order.filter { !seats[$0]!.talk.isAnswering }
        for (i, slot) in prompts.enumerated() where room > 0 {
            // Half of what is left at most, while others wait.
            let share = i + 1 < prompts.count ? max(4, room / 2) : room
            room -= add(slot, count: min(share, room))
        }
    }

    @discardableResult
    private func add(_ slot: Int, count most: Int) -> Int {
        let seat = seats[slot]!, first = seat.cached.count, count = min(most, seat.missing)
        for i in first..<first + count {
            let isRead = seat.isPinned && i == seat.wanted.count - 1 && seat.talk.needsLogits
            guard !isRead || readers.count < runtime.logitsMax else { return i - first }
            if isRead { readers.append(slot) }
            rows.append(
                LanguageRuntime.Row(
                    slot: slot, token: seat.wanted[i], beginsTurn: seat.turns.contains(i), wantsLogits: isRead))
            seats[slot]!.cached.append(seat.wanted[i])
        }
        return count
    }

    // MARK: What a step gave

    private func read() {
        for (i, slot) in readers.enumerated() { read(runtime.logits(i), slot) }
        for slot in seats.indices {
            guard let seat = seats[slot], !seat.isPinned, seat.missing == 0 else { continue }
            runtime.pin(slot)
            keep(seat.wanted, of: slot)
            (seats[slot]!.isPinned, seats[slot]!.cached) = (true, [])
        }
    }

    private func read(_ logits: UnsafePointer<Float>, _ slot: Int) {
        let count = runtime.weights.shape.vocabulary
        guard seats[slot]!.talk.isAnswering else {
            let end = Int(format.afterUser[0])
            return seats[slot]!.talk.turnEnds(logits[end] - logSumExp(logits, count: count))
        }
        let token =
            options.temperature > 0
            ? Sampler.sample(
                logits, count: count, temperature: options.temperature, top: 40, random: &seats[slot]!.random)
            : Sampler.greedy(logits, count: count)
        seats[slot]!.talk.chose(Int32(token))
    }

    /// Keeps a session's computed instructions for others, in place of those that were longest without use.
    private func keep(_ tokens: [Int32], of slot: Int) {
        guard !prefixes.isEmpty, !prefixes.contains(where: { $0?.tokens == tokens }) else { return }
        let place = prefixes.indices.min { (prefixes[$0]?.used ?? -1) < (prefixes[$1]?.used ?? -1) }!
        prefixes[place] = Prefix(tokens: tokens, used: steps)
        runtime.open(options.sessionsMax + place, from: slot)
    }
}
