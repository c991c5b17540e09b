// Observes a session as its client would, and reports what should not happen.

internal import Basics
internal import Dialogue

/// The outside view of one session.
struct Witness {
    let slot: Slot
    let voice: Float
    let seed: UInt64
    /// Its number, which marks the words that it types.
    let writer: Int32
    let opened: Instant
    private let limits: Limits
    private let clock: SliceClock
    var sent = 0
    var closed = false
    private(set) var slices = 0
    /// Input samples that were reported as dropped.
    private(set) var dropped = 0
    private var missing = 0
    private var position: SampleTime?
    /// Slices skipped, by the positions of the audio.
    private(set) var skipped = 0
    /// Slices that were reported as skipped.
    private(set) var told = 0
    private var interrupted = false
    /// Slices since the client interrupted or typed something, and since the user's turn ended without an answer.
    private var sinceInterrupt = Int.max / 2, sinceText = Int.max / 2, unanswered: Int?
    private var speaks = false
    private(set) var violations: [String] = []

    init(
        slot: Slot, voice: Float, seed: UInt64, writer: Int32, opened: Instant, limits: Limits, clock: SliceClock
    ) {
        (self.slot, self.voice, self.seed, self.writer, self.opened) = (slot, voice, seed, writer, opened)
        (self.limits, self.clock) = (limits, clock)
    }

    private mutating func require(_ condition: Bool, _ message: String) {
        if !condition { violations.append("\(slot): \(message)") }
    }

    mutating func interrupts() { (interrupted, sinceInterrupt, unanswered) = (true, 0, nil) }

    /// A text for the mind takes back what it says.
    mutating func writes() { (sinceText, interrupted) = (0, interrupted || limits.mind != nil) }

    mutating func see(_ action: EngineAction, at now: Instant) {
        if closed { violations.append("\(slot): an action after the end: \(action)") }
        switch action {
        case .audio(_, let pcm, let at, let speech):
            check(pcm, at, speech)
            let delay = now.since(opened) / 1_000_000 - clock.milliseconds(at: at)
            require(delay < delayMax, "a slice comes \(delay) ms after the time that it is for")
            waitForAnswer()
        case .userText(_, let text, _), .assistantText(_, let text, _):
            let token = FakeModel.token(of: text)
            let writer = FakeModel.writer(of: token) ?? writer
            require(writer == self.writer, "another's word \(token)")
        case .userEnd:
            let silenced = clock.slices(milliseconds: limits.silencedMillisecondsMax)
            unanswered = sinceInterrupt > silenced && sinceText > textSlices ? 0 : nil
        case .speaking: (speaks, unanswered) = (true, nil)
        case .listening: speaks = false
        case .overrun(_, let samples): dropped += samples
        case .skipped(_, let samples, let lost, _):
            told += samples / clock.samplesPerSlice
            dropped += lost
        case .missing(_, let samples): missing += samples
        case .closed: closed = true
        default: break
        }
    }

    /// Slices in which a text may be read or said: 8 s, and at least 100.
    private var textSlices: Int { max(100, clock.slices(milliseconds: 8000)) }
    /// Slices in which an answer must begin.
    private static let answerSlices = 3

    /// A user who speaks and falls silent is answered, even after an interruption.
    private mutating func waitForAnswer() {
        // A mind may have nothing to say.
        guard limits.mind == nil else { return }
        (sinceInterrupt, sinceText) = (sinceInterrupt + 1, sinceText + 1)
        guard let waited = unanswered, !speaks else { return unanswered = nil }
        require(waited < Self.answerSlices, "a turn is not answered")
        unanswered = waited < Self.answerSlices ? waited + 1 : nil
    }

    /// Limit of a slice's delay, in milliseconds: patience, the wait for a phase, the most that a step may be late, and 2 s for
    /// the slowest work in a simulation. Speech is never queued up.
    private var delayMax: Int64 {
        let slice = Int64(clock.sliceMilliseconds), late = Int64(limits.lateMillisecondsMax)
        return limits.patienceMilliseconds + 3 * slice + max(slice, late) + 2000
    }

    private mutating func check(_ pcm: [Float], _ at: SampleTime, _ speech: Bool) {
        let size = clock.samplesPerSlice
        require(pcm.count == size, "a slice of \(pcm.count) samples")
        if let position {
            let jump = Int(at.samples - position.samples)
            require(jump >= 0 && jump % size == 0, "positions jump by \(jump)")
            skipped += jump / size
        } else {
            require(at.samples % Int64(size) == 0, "audio begins at \(at.samples)")
            skipped += Int(at.samples) / size
        }
        require(skipped == told, "the output skips \(skipped) slices, \(told) were told")
        position = at.advanced(by: size)
        slices += 1
        require(speech == pcm.contains { $0 != 0 }, "speech is not what it is called")
        let foreign = pcm.first { $0 != 0 && $0 != voice }
        // Only an interrupt, or a text for the mind, may leave a fade of its own voice.
        let fades = interrupted && pcm.allSatisfy { $0 >= 0 && $0 <= voice }
        if foreign != nil && !fades { violations.append("\(slot): a foreign voice \(foreign!), its own is \(voice)") }
        if fades { interrupted = false }
    }

    /// Checks the totals of a session. `trimmed` is the engine's count over all sessions.
    mutating func conclude(at now: Instant, trimmed: Int) {
        let size = clock.samplesPerSlice, slice = Int64(clock.sliceMilliseconds)
        let used = slices * size - missing
        let waiting = sent - used - dropped
        let room = 2 * size + clock.samples(milliseconds: limits.jitterMillisecondsMax)
        // A slice that is being computed has already taken its input.
        require(waiting <= room + size + trimmed, "\(waiting) samples of input wait, room is \(room)")
        require(waiting >= -trimmed, "\(-waiting) samples came from nowhere")
        let expected = Int(now.since(opened) / (slice * 1_000_000))
        // A hurried client completes a slice early.
        require(slices + skipped <= expected + 1, "\(slices) + \(skipped) slices in \(expected)")
        // Slices that may be missing: patience, cushion and a slice at the start; one that is being computed; those of a late
        // worker that has not caught up; and slow steps of other phases.
        let patience = 1 + Int((limits.patienceMilliseconds + slice - 1) / slice)
        let late = clock.slices(milliseconds: limits.lateMillisecondsMax)
        let delay = 3 + clock.slices(milliseconds: 1000)
        let least = expected - patience - late - delay
        require(slices + skipped >= least, "only \(slices) + \(skipped) slices in \(expected)")
    }
}
