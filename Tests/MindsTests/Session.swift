// A session at an embedded mind whose steps are taken by hand.

import Basics
import Dialogue
import DuetTesting
import Kernels
import Language
import Synchronization

@testable import Minds

/// A mind of random weights and its loop.
final class HandMind {
    let mind: EmbeddedMind
    let loop: MindLoop

    static let weights: LanguageWeights = {
        var language = RandomLanguage()
        language.vocabulary = LetterFormat.count
        return try! language.weights()
    }()

    init(format: LetterFormat = LetterFormat(), _ change: (inout EmbeddedOptions) -> Void = { _ in }) {
        var options = EmbeddedOptions()
        (options.sessionsMax, options.windowPositions, options.instructionPositionsMax) = (8, 96, 48)
        (options.answerTokensMax, options.cache, options.instructions) = (12, .f32, "be kind")
        change(&options)
        mind = EmbeddedMind(Self.weights, format: format, options: options)
        loop = mind.makeLoop()
    }

    /// Steps until nothing is left to compute. Returns their number.
    @discardableResult
    func run() -> Int {
        var count = 0
        while loop.step() { count += 1 }
        return count
    }

    func session() -> Session? { Session(mind) }
}

/// A session that keeps its events.
final class Session {
    private let seat: any MindSeat
    private final class Log: Sendable { let events = Mutex<[MindEvent]>([]) }
    private let log = Log()

    init?(_ mind: EmbeddedMind) {
        let log = log
        guard let seat = mind.open(deliver: { event in log.events.withLock { $0.append(event) } }) else { return nil }
        self.seat = seat
    }

    func take(_ requests: MindRequest...) { for request in requests { seat.take(request) } }

    /// The events since the last call.
    func events() -> [MindEvent] {
        log.events.withLock { events in
            defer { events = [] }
            return events
        }
    }
}

extension [MindEvent] {
    /// An answer's words, in one piece.
    func text(_ answer: Int) -> String {
        reduce("") { text, event in if case .words(answer, let words) = event { text + words } else { text } }
    }
}
