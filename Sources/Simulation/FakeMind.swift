// A mind on a virtual clock: it answers after a seeded time, fails, and talks nonsense. It checks everything that it is asked.

internal import Basics
internal import Dialogue

/// The minds of all sessions of a simulated world.
struct FakeMind {
    /// A session's mind.
    private struct Seat {
        /// Whose words it may be told, and answers with; nil for anybody's.
        var writer: Int32?
        var isConfigured = false
        var isClosed = false
        /// The latest answer, its words so far, and whether the user may go on.
        var answer = 0, words: [String] = [], isProvisional = false
        /// Words of it that were said.
        var said = 0
        /// Tools that it has called and that have not returned.
        var calls: Set<String> = []
    }

    private struct Due {
        let at: Instant, event: EngineEvent
    }

    private var random: Random
    private var seats: [Slot: Seat] = [:]
    /// In the order of their times.
    private var due: [Due] = []
    private(set) var violations: [String] = []
    private(set) var answers = 0

    init(random: Random) { self.random = random }

    var next: Instant? { due.first?.at }
    var openCount: Int { seats.values.count { !$0.isClosed } }

    mutating func open(_ slot: Slot, writer: Int32) { seats[slot] = Seat(writer: writer) }

    /// The events that are due, oldest first.
    mutating func take(at now: Instant) -> [EngineEvent] {
        let count = due.prefix { $0.at <= now }.count
        defer { due.removeFirst(count) }
        for case .mind(let slot, let event) in due[..<count].map(\.event) { note(slot, event) }
        return due[..<count].map(\.event)
    }

    private mutating func note(_ slot: Slot, _ event: MindEvent) {
        switch event {
        case .words(seats[slot]!.answer, let text):
            seats[slot]!.words += text.split(separator: " ").map(String.init)
        case .failed(seats[slot]!.answer, _): seats[slot]!.isProvisional = false
        default: break
        }
    }

    /// The assistant says this. Only minds say words of this kind.
    mutating func said(_ slot: Slot, _ token: Int32) { if Self.isOwn(token) { seats[slot]?.said += 1 } }

    private static func isOwn(_ token: Int32) -> Bool { token >= FakeModel.writtenMin && token % 10 >= 2 }

    /// The client runs a tool. Its result may come late, or never.
    mutating func run(_ slot: Slot, _ call: ToolCall, at now: Instant) {
        guard random.below(8) != 0 else { return }
        let at = now.advanced(milliseconds: Int64(random.below(4000)))
        schedule(at, .result(slot, ToolResult(id: call.id, output: "3"), answers: random.below(4) != 0))
    }

    mutating func take(_ slot: Slot, _ request: MindRequest, at now: Instant) {
        var seat = seats[slot] ?? Seat()
        func require(_ condition: Bool) {
            if !condition { violations.append("\(slot): a mind is asked \(request) after \(seat)") }
        }
        if case .configure = request {} else { require(seat.isConfigured) }
        require(!seat.isClosed)
        switch request {
        case .configure: seat.isConfigured = true
        case .append: break
        case .hear(let words), .rehear(let words):
            require(!seat.isProvisional && words.split(separator: " ").allSatisfy { isOwn($0, seat) })
        case .probe(let probe): later(slot, now, .likelihood(probe: probe, -Float(random.below(20))))
        case .answer(let number, let isProvisional):
            require(number == seat.answer + 1 && !seat.isProvisional)
            (seat.answer, seat.words, seat.isProvisional, seat.said) = (number, [], isProvisional, 0)
            answers += 1
            seats[slot] = seat
            answer(slot, at: now)
            seat = seats[slot]!
        case .commit(let number):
            require(number == seat.answer && seat.isProvisional)
            seat.isProvisional = false
        case .rollback(let number):
            require(number == seat.answer && seat.said == 0)
            seat.isProvisional = false
        case .cut(let number, let heard):
            let words = heard.split(separator: " ").map(String.init)
            require(number == seat.answer && !seat.isProvisional && words == Array(seat.words.prefix(words.count)))
            let own = words.compactMap { Int32($0.prefix { $0 != "." }) }.count(where: Self.isOwn)
            if seat.writer != nil { require(own == seat.said) }
        case .result(let result): require(seat.calls.remove(result.id) != nil)
        case .close: seat.isClosed = true
        }
        seats[slot] = seat
    }

    /// Words that the model heard, or that this session's client typed.
    private func isOwn(_ word: Substring, _ seat: Seat) -> Bool {
        guard let token = Int32(word), let writer = FakeModel.writer(of: token) else { return true }
        return writer == seat.writer ?? writer
    }

    // MARK: Answers

    /// Schedules an answer, or what a broken mind sends instead.
    private mutating func answer(_ slot: Slot, at now: Instant) {
        let number = seats[slot]!.answer
        var at = now.advanced(milliseconds: Int64(random.below(random.below(8) == 0 ? 20_000 : 900)))
        func wait(_ random: inout Random) { at = at.advanced(milliseconds: Int64(random.below(200))) }
        if random.below(12) == 0 { return }
        for _ in 0..<random.below(30) {
            add(slot, number, at)
            wait(&random)
        }
        switch random.below(12) {
        case 0: schedule(slot, at, .failed(answer: number, MindFailure(.unreachable, "It broke.")))
        case 1: schedule(slot, at, .end(answer: number, .idle))
        case 2: schedule(slot, at, .end(answer: number, .resume))
        case 3: schedule(slot, at, .words(answer: number + random.below(3) - 1, " 7 and nonsense"))
        case 4, 5: call(slot, number, at)
        default: schedule(slot, at, .end(answer: number, .complete))
        }
    }

    private mutating func add(_ slot: Slot, _ number: Int, _ at: Instant) {
        let word = "\((seats[slot]!.writer ?? 0) * 10 + 2 + Int32(random.below(8)))" + (random.below(5) == 0 ? "." : "")
        schedule(slot, at, .words(answer: number, " " + word))
    }

    private mutating func call(_ slot: Slot, _ number: Int, _ at: Instant) {
        for _ in 0...random.below(2) {
            let id = "call_\(random.next())"
            seats[slot]!.calls.insert(id)
            schedule(slot, at, .call(answer: number, ToolCall(id: id, name: "tool", arguments: "{}")))
        }
        schedule(slot, at, .end(answer: number, .calls))
    }

    private mutating func later(_ slot: Slot, _ now: Instant, _ event: MindEvent) {
        schedule(slot, now.advanced(milliseconds: Int64(random.below(300))), event)
    }

    private mutating func schedule(_ slot: Slot, _ at: Instant, _ event: MindEvent) {
        schedule(at, .mind(slot, event))
    }

    private mutating func schedule(_ at: Instant, _ event: EngineEvent) {
        due.insert(Due(at: at, event: event), at: due.firstIndex { $0.at > at } ?? due.count)
    }
}
