// One session with a remote mind over a real connection.

import Basics
import Dialogue
import Glibc
import Synchronization
import Testing

@testable import Minds

/// Keeps what its mind tells it.
final class RemoteTalk: Sendable {
    let seat: any MindSeat
    private let heard: Heard

    private final class Heard: Sendable {
        let events = Mutex<[MindEvent]>([])
    }

    init(_ mind: RemoteMind, setup: MindSetup = MindSetup()) throws {
        let heard = Heard()
        self.heard = heard
        seat = try #require(mind.open { event in heard.events.withLock { $0.append(event) } })
        seat.take(.configure(setup))
    }

    var events: [MindEvent] { heard.events.withLock { $0 } }

    func ask(_ words: String, answer: Int = 1) {
        seat.take(.hear(words))
        seat.take(.answer(answer, isProvisional: false))
    }

    /// The words of an answer so far.
    func words(_ answer: Int = 1) -> String {
        events.map { if case .words(answer, let words) = $0 { words } else { "" } }.joined()
    }

    /// How an answer ended; nil if it did not within 20 s.
    func end(_ answer: Int = 1) -> MindEnd? {
        found { if case .end(answer, let end) = $0 { end } else { nil } }
    }

    func failure(_ answer: Int = 1) -> MindFailure? {
        found { if case .failed(answer, let failure) = $0 { failure } else { nil } }
    }

    /// Waits for words; false if none came within 20 s.
    func hasWords(_ answer: Int = 1) -> Bool {
        found { if case .words(answer, _) = $0 { true } else { nil } } ?? false
    }

    private func found<Value>(_ look: (MindEvent) -> Value?) -> Value? {
        let end = MonotonicClock.now().advanced(milliseconds: 20_000)
        while MonotonicClock.now() < end {
            for event in events { if let value = look(event) { return value } }
            usleep(500)
        }
        return nil
    }
}
