// Runs many real-time conversations on one thread, cheaply enough to share a machine with the server under test: speech is encoded
// in advance, and responses are timed but not decoded.
//
//  every 2 ms: connect the next client ─▶ send due packets ─▶ time what arrived

internal import Basics
internal import Glibc

/// Holds conversations with a server.
public struct LoadGenerator: Sendable {
    /// When all sessions talk, and when they are about to end.
    public enum Mark { case allTalk, ending }

    public var url: String
    /// The server's key, if it needs one.
    public var key: String?
    public var loop: ClipLoop
    public var sessions: Int
    /// Seconds during which all sessions talk.
    public var seconds: Double
    /// The listener's jitter buffer, in seconds.
    public var jitter: Double

    /// Seconds between the starts of two sessions. The default spreads them over a slice, out of step with it.
    public var apart = Self.apart
    public static let apart = 0.023

    public init(url: String, key: String? = nil, loop: ClipLoop, sessions: Int, seconds: Double, jitter: Double) {
        (self.url, self.key, self.loop, self.sessions) = (url, key, loop, sessions)
        (self.seconds, self.jitter) = (seconds, jitter)
    }

    /// Seconds until the last session has begun.
    public var ramp: Double { Double(sessions) * apart }

    /// Seconds of a turn. Waking for every message would take the server's cores; a network adds more delay than this.
    private static let turnSeconds = 0.002

    private static func sleep(until then: Double, now: Double) {
        if then > now { usleep(UInt32((then - now) * 1e6)) }
    }

    /// Blocks until the last session has ended. Reports when all talk, and when they are about to end.
    public func run(_ reached: (Mark) -> Void = { _ in }) -> LoadResult {
        let swarm: WebSocketSwarm
        do { swarm = try WebSocketSwarm(url, key: key) } catch {
            var result = LoadResult()
            result.failures = ["\(error)"]
            return result
        }
        let begun = MonotonicClock.now(), ramp = ramp
        var talks: [LoadTalk] = [], marks: [(Double, Mark)] = [(ramp + 1, .allTalk), (ramp + seconds - 0.5, .ending)]
        var elapsed: Double { Double(MonotonicClock.now().since(begun)) * 1e-9 }
        while talks.count < sessions || talks.contains(where: { !$0.isOver }) {
            let now = elapsed
            if talks.count < sessions, Double(talks.count) * apart <= now {
                // All sessions end at about the same time.
                let left = ramp - Double(talks.count) * apart + seconds
                talks.append(LoadTalk(index: talks.count, loop: loop, seconds: left, jitter: jitter, at: now))
                talks[talks.count - 1].hasKey = key != nil
                do { try swarm.open() } catch { talks[talks.count - 1].fail(error.told(hasKey: key != nil)) }
            }
            for index in talks.indices { talks[index].sendDue(swarm, at: now) }
            if let (at, mark) = marks.first, at <= now {
                marks.removeFirst()
                reached(mark)
            }
            Self.sleep(
                until: (now / Self.turnSeconds).rounded(.down) * Self.turnSeconds + Self.turnSeconds, now: elapsed)
            swarm.turn(waiting: 0) { index, event in talks[index].take(event, swarm, at: elapsed) }
        }
        return talks.reduce(into: LoadResult()) { $1.add(to: &$0) }
    }
}
