// A mind for tests: it repeats what the user said.

import Basics
import Dialogue
import Minds
import Synchronization

/// Has room for `roomMax` sessions.
final class EchoMind: Mind {
    let name = "echo"
    private let room: Mutex<Int>

    init(roomMax: Int = 100) { room = Mutex(roomMax) }

    func open(deliver: @escaping @Sendable (MindEvent) -> Void) -> (any MindSeat)? {
        let hasRoom = room.withLock { room in
            room -= 1
            return room >= 0
        }
        return hasRoom ? Seat(deliver) : nil
    }

    private final class Seat: MindSeat {
        private let deliver: @Sendable (MindEvent) -> Void
        private let heard = Mutex("")

        init(_ deliver: @escaping @Sendable (MindEvent) -> Void) { self.deliver = deliver }

        func take(_ request: MindRequest) {
            switch request {
            case .hear(let words): heard.withLock { $0 += words }
            case .rehear(let words): heard.withLock { $0 = words }
            case .answer(let answer, _):
                let words = heard.withLock { heard in
                    defer { heard = "" }
                    return heard
                }
                deliver(.words(answer: answer, words))
                deliver(.end(answer: answer, .complete))
            default: break
            }
        }
    }
}
