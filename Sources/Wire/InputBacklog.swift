// Audio that came faster than it is spoken: it is heard late, one slice at a time, and the conversation catches up in silence.
//
//  message ─▶ append ─▶ engine                     as long as it comes as it is spoken
//               └──▶ waits ─▶ advance ─▶ engine   a burst; waiting silence that nobody needs is cut

public import Basics

/// One client's input on its way to the engine. Its memory is what waits, at most `samplesMax`.
public struct InputBacklog: Sendable {
    /// What is to be done with audio that came, or waited.
    public struct Step: Hashable, Sendable {
        /// Goes to the engine now.
        public var released: [Float]
        /// Samples that are lost: there was no room for them.
        public var dropped = 0
    }

    /// Audio below this is silence.
    static let loudness: Float = 0.01
    /// What is let go together, and cut together.
    private static let pieceMilliseconds = 20
    /// So much of a silence is heard always: the model must notice that somebody has finished.
    private static let silenceMillisecondsMin = 240
    /// Longer messages are no packets of a microphone, but files.
    private static let packetMillisecondsMax = 2000
    /// Pauses between arrivals from here on are told from what every network does.
    private static let pauseMillisecondsMin = 160
    /// A pause that has not come again for so long was an accident.
    private static let pauseMillisecondsMemory = 4000

    /// The same in samples.
    private let slice: Int, piece: Int, silenceMin: Int, packetMax: Int, pauseMin: Int, pauseMemory: Int

    /// Samples that may wait. What comes beyond is dropped.
    public let samplesMax: Int
    private var waiting: [Float] = []
    private var head = 0
    /// Samples of silence that were let go one after the other.
    private var silence = 0
    /// The longest message of those that came lately: the next one comes no sooner than it is over.
    private var packet = 0
    /// Samples of the session since something came, since the last pause in what comes, and that pause's length.
    private var sinceArrival = 0, sincePause = 0, pause = 0
    /// The pause between arrivals that comes again and again.
    private var rhythm = 0

    public init(secondsMax: Double, clock: SliceClock) {
        samplesMax = Int(secondsMax * Double(clock.rate))
        slice = clock.samplesPerSlice
        piece = clock.samples(milliseconds: Self.pieceMilliseconds)
        silenceMin = clock.samples(milliseconds: Self.silenceMillisecondsMin)
        packetMax = clock.samples(milliseconds: Self.packetMillisecondsMax)
        // Time is counted in slices here: every packet behind the end of one seems to come a slice late.
        pauseMin = max(2 * slice, clock.samples(milliseconds: Self.pauseMillisecondsMin))
        pauseMemory = clock.samples(milliseconds: Self.pauseMillisecondsMemory)
    }

    /// Samples that wait.
    public var count: Int { waiting.count - head }
    public var isEmpty: Bool { count == 0 }

    /// Audio that came. `ahead` samples wait in the engine, and `room` more have room there.
    public mutating func append(_ samples: [Float], ahead: Int, room: Int) -> Step {
        arrive(samples.count)
        if isEmpty, samples.count <= room {
            silence = 0
            return Step(released: samples)
        }
        let kept = min(samples.count, max(0, samplesMax - count))
        waiting.append(contentsOf: samples.prefix(kept))
        return Step(released: release(ahead: ahead), dropped: samples.count - kept)
    }

    /// A slice has passed. `ahead` samples wait in the engine.
    public mutating func advance(ahead: Int) -> [Float] {
        sinceArrival += slice
        sincePause += slice
        return isEmpty ? [] : release(ahead: ahead)
    }

    /// Forgets what waits.
    public mutating func clear() { (waiting, head, silence) = ([], 0, 0) }

    private mutating func arrive(_ samples: Int) {
        if samples <= packetMax { packet = max(samples, packet - samples / 8) }
        if sincePause > pauseMemory { (pause, rhythm) = (0, 0) }
        if sinceArrival >= pauseMin {
            // The slice at hand may be over almost.
            rhythm = min(pause, sinceArrival + slice)
            (pause, sincePause) = (sinceArrival + slice, 0)
        }
        sinceArrival = 0
    }

    /// Samples that must wait so that nothing is missing before the next message: cutting silence may not make holes in speech.
    private var need: Int { max(packet, rhythm) }

    /// The engine is given a slice and a little: more would stand there as a surplus, and be cut whatever it holds.
    private mutating func release(ahead: Int) -> [Float] {
        var released: [Float] = []
        while head < waiting.count {
            let end = min(head + piece, waiting.count), next = waiting[head..<end]
            let isSilent = next.allSatisfy { abs($0) < Self.loudness }
            if !isSilent || silence < silenceMin || waiting.count - end < need {
                guard ahead + released.count + next.count <= slice + piece else { break }
                silence = isSilent ? silence + next.count : 0
                released += next
            }
            head = end
        }
        compact()
        return released
    }

    private mutating func compact() {
        if head == waiting.count {
            (waiting, head) = ([], 0)
        } else if head > waiting.count / 2 {
            waiting.removeFirst(head)
            head = 0
        }
    }
}
