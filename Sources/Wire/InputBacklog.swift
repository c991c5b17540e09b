// Audio that came faster than it is spoken: it is heard late, one slice at a time, and the conversation catches up in silence.
//
//  message ─▶ hear ─▶ engine                     as long as it comes as it is spoken
//               └──▶ waits ─▶ advance ─▶ engine   a burst; waiting silence that nobody needs is cut

internal import Basics

/// One client's input on its way to the engine. Its memory is what waits, at most `samplesMax`.
public struct InputBacklog: Sendable {
    /// What is to be done with audio that came, or waited.
    public struct Step: Hashable, Sendable {
        /// Goes to the engine now.
        public var heard: [Float]
        /// Samples that are lost: there was no room for them.
        public var dropped = 0
    }

    /// Audio below this is silence.
    static let loudness: Float = 0.01
    /// Samples that are let go together, and cut together: 20 ms.
    private static let piece = SampleTime.rate / 50
    /// So much of a silence is heard always: the model must notice that somebody has finished.
    private static let silenceMin = 240 * SampleTime.rate / 1000
    /// Longer messages are no packets of a microphone, but files.
    private static let packetMax = 2 * SampleTime.rate
    /// Pauses between arrivals from here on are told from what every network does.
    private static let pauseMin = 160 * SampleTime.rate / 1000
    /// A pause that has not come again for so long was an accident.
    private static let pauseMemory = 4 * SampleTime.rate

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

    public init(secondsMax: Double) { samplesMax = Int(secondsMax * Double(SampleTime.rate)) }

    /// Samples that wait.
    public var count: Int { waiting.count - head }
    public var isEmpty: Bool { count == 0 }

    /// Audio that came. `ahead` samples wait in the engine, and `room` more have room there.
    public mutating func hear(_ samples: [Float], ahead: Int, room: Int, slice: Int) -> Step {
        arrive(samples.count, slice: slice)
        if isEmpty, samples.count <= room {
            silence = 0
            return Step(heard: samples)
        }
        let kept = min(samples.count, max(0, samplesMax - count))
        waiting.append(contentsOf: samples.prefix(kept))
        return Step(heard: release(ahead: ahead, slice: slice), dropped: samples.count - kept)
    }

    /// A slice has passed. `ahead` samples wait in the engine.
    public mutating func advance(ahead: Int, slice: Int) -> [Float] {
        sinceArrival += slice
        sincePause += slice
        return isEmpty ? [] : release(ahead: ahead, slice: slice)
    }

    /// Forgets what waits.
    public mutating func clear() { (waiting, head, silence) = ([], 0, 0) }

    private mutating func arrive(_ samples: Int, slice: Int) {
        if samples <= Self.packetMax { packet = max(samples, packet - samples / 8) }
        if sincePause > Self.pauseMemory { (pause, rhythm) = (0, 0) }
        if sinceArrival >= Self.pauseMin {
            // The slice at hand may be over almost.
            rhythm = min(pause, sinceArrival + slice)
            (pause, sincePause) = (sinceArrival + slice, 0)
        }
        sinceArrival = 0
    }

    /// Samples that must wait so that nothing is missing before the next message: cutting silence may not make holes in speech.
    private var need: Int { max(packet, rhythm) }

    /// The engine is given a slice and a little: more would stand there as a surplus, and be cut whatever it holds.
    private mutating func release(ahead: Int, slice: Int) -> [Float] {
        var heard: [Float] = []
        while head < waiting.count {
            let end = min(head + Self.piece, waiting.count), piece = waiting[head..<end]
            let isSilent = piece.allSatisfy { abs($0) < Self.loudness }
            if !isSilent || silence < Self.silenceMin || waiting.count - end < need {
                guard ahead + heard.count + piece.count <= slice + Self.piece else { break }
                silence = isSilent ? silence + piece.count : 0
                heard += piece
            }
            head = end
        }
        compact()
        return heard
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
