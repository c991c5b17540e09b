// Audio that came faster than real time: it is heard late, one slice at a time, and the conversation catches up in silence.
//
//  message ─▶ append ─▶ engine                     as long as it comes as it is spoken
//               └──▶ waits ─▶ advance ─▶ engine   a burst; waiting silence that is not needed is cut

public import Basics

/// One client's input on its way to the engine. Its memory is what waits, at most `samplesMax`.
public struct InputBacklog: Sendable {
    /// What to do with audio that came, or that waited.
    public struct Step: Hashable, Sendable {
        /// Goes to the engine now.
        public var released: [Float]
        /// Samples dropped because there was no room.
        public var dropped = 0
    }

    /// Audio below this is silence.
    static let loudness: Float = 0.01
    /// Unit in which audio is released, and silence is cut.
    private static let pieceMilliseconds = 20
    /// This much of each silence is always heard, so that the model notices the end of a turn.
    private static let silenceMillisecondsMin = 240
    /// Longer messages are files, not microphone packets.
    private static let packetMillisecondsMax = 2000
    /// Shorter pauses between arrivals are normal network jitter.
    private static let pauseMillisecondsMin = 160
    /// A pause that does not recur within this time was an accident.
    private static let pauseMillisecondsMemory = 4000

    /// The same in samples.
    private let slice: Int, piece: Int, silenceMin: Int, packetMax: Int, pauseMin: Int, pauseMemory: Int

    /// Samples that may wait. Audio beyond is dropped.
    public let samplesMax: Int
    private var waiting: [Float] = []
    private var head = 0
    /// Samples of silence released in a row.
    private var silence = 0
    /// Longest recent message, in samples: the next one comes no sooner than it has been heard.
    private var packet = 0
    /// Samples of session time since the last arrival, since the last pause between arrivals, and that pause's length.
    private var sinceArrival = 0, sincePause = 0, pause = 0
    /// The recurring pause between arrivals.
    private var rhythm = 0

    public init(secondsMax: Double, clock: SliceClock) {
        samplesMax = Int(secondsMax * Double(clock.rate))
        slice = clock.samplesPerSlice
        piece = clock.samples(milliseconds: Self.pieceMilliseconds)
        silenceMin = clock.samples(milliseconds: Self.silenceMillisecondsMin)
        packetMax = clock.samples(milliseconds: Self.packetMillisecondsMax)
        // Time advances in slices here, so a packet just after the end of one seems to come a slice late.
        pauseMin = max(2 * slice, clock.samples(milliseconds: Self.pauseMillisecondsMin))
        pauseMemory = clock.samples(milliseconds: Self.pauseMillisecondsMemory)
    }

    /// Samples that wait.
    public var count: Int { waiting.count - head }
    public var isEmpty: Bool { count == 0 }

    /// Takes new audio. `ahead` samples wait in the engine, which has room for `room` more.
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

    /// Drops what waits.
    public mutating func clear() { (waiting, head, silence) = ([], 0, 0) }

    private mutating func arrive(_ samples: Int) {
        if samples <= packetMax { packet = max(samples, packet - samples / 8) }
        if sincePause > pauseMemory { (pause, rhythm) = (0, 0) }
        if sinceArrival >= pauseMin {
            // The present slice may be almost over.
            rhythm = min(pause, sinceArrival + slice)
            (pause, sincePause) = (sinceArrival + slice, 0)
        }
        sinceArrival = 0
    }

    /// Samples to keep so that the engine has audio until the next message: cutting silence must not make holes in speech.
    private var need: Int { max(packet, rhythm) }

    /// Gives the engine a slice and a little: more would count as a surplus there, and be cut whatever it holds.
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
