// The engine's limits, converted to samples and slices of its model.

internal import Basics

/// Computed once, from the plan's clock.
struct SliceLimits: Hashable, Sendable {
    /// Input that may be queued: the slice that is due, one that is arriving, and jitter.
    let inputSamplesMax: Int
    let surplusSamplesMin: Int
    let surplusSlices: Int, surplusSlicesFirst: Int
    let silencedSlicesMax: Int
    let lateSlicesMax: Int
    /// When a session without audio starts, in nanoseconds since it opened: one slice and its patience.
    let patienceNanoseconds: Int64
    /// Slices within which a permitted answer must begin, while the assistant is held: 4 s.
    let allowedSlices: Int
    /// Slices without speech after which the assistant has given up a line: 500 ms.
    let quietSlicesMax: Int
    /// Slices after which an interrupted model no longer resumes its answer once it may speak again: 400 ms.
    let settlingSlices: Int
    /// Slices at the start of a session before a text that the client brings along: without them the model misreads it, or breaks its answer off. 1 s.
    let startingSlices: Int
    /// Slices after an answer before a text that comes then, for the same reason. 1 s.
    let answeredSlices: Int
    /// How long after the last sound the model may still transcribe: 2 s.
    let stillSamplesMax: Int
    /// How long there is no sound when the user does not speak: 400 ms.
    let quietSamplesMin: Int
    /// What `MindRules` become; nil without a mind.
    let mind: Mind?
    let hearing: Hearing
    let backChannel: BackChannel
    /// Flushed speech fades out over 5 ms, so that it ends without a click.
    let fadeSamples: Int

    init(_ limits: Limits, _ clock: SliceClock) {
        inputSamplesMax = 2 * clock.samplesPerSlice + clock.samples(milliseconds: limits.jitterMillisecondsMax)
        surplusSamplesMin = clock.samples(milliseconds: limits.surplusMillisecondsMin)
        surplusSlices = clock.slices(milliseconds: limits.surplusMilliseconds)
        surplusSlicesFirst = clock.slices(milliseconds: limits.surplusMillisecondsFirst)
        silencedSlicesMax = clock.slices(milliseconds: limits.silencedMillisecondsMax)
        lateSlicesMax = clock.slices(milliseconds: limits.lateMillisecondsMax)
        patienceNanoseconds = (Int64(clock.sliceMilliseconds) + limits.patienceMilliseconds) * 1_000_000
        allowedSlices = clock.slices(milliseconds: 4000)
        quietSlicesMax = clock.slices(milliseconds: 500)
        settlingSlices = clock.slices(milliseconds: 400)
        startingSlices = clock.slices(milliseconds: 1000)
        answeredSlices = clock.slices(milliseconds: 1000)
        stillSamplesMax = clock.samples(milliseconds: 2000)
        quietSamplesMin = clock.samples(milliseconds: 400)
        fadeSamples = clock.samples(milliseconds: 5)
        mind = limits.mind.map { Mind($0, clock) }
        hearing = Hearing(clock)
        backChannel = BackChannel(clock)
    }

    /// How turns are heard where the model recognises them.
    struct Hearing: Hashable, Sendable {
        /// Sound that is kept before a turn, because it is noticed late: 960 ms; and behind its last speech: 240 ms.
        let beforeSamples: Int, tailSamples: Int
        /// Pause at which the words so far are wanted: 80 ms.
        let pauseSlices: Int
        /// Pause after which something that was said beside the assistant's speech is over: 400 ms.
        let asideSlices: Int
        /// Pause at which a turn is over although the model has not ended it: 2.4 s.
        let patienceSlices: Int
        /// Sound whose words stay as they are, from a pause on: 12 s; and without a pause: 24 s.
        let keptSamples: Int, soundMax: Int

        init(_ clock: SliceClock) {
            (beforeSamples, tailSamples) = (clock.samples(milliseconds: 960), clock.samples(milliseconds: 240))
            pauseSlices = clock.slices(milliseconds: 80)
            asideSlices = clock.slices(milliseconds: 400)
            patienceSlices = clock.slices(milliseconds: 2400)
            (keptSamples, soundMax) = (clock.samples(milliseconds: 12_000), clock.samples(milliseconds: 24_000))
        }
    }

    /// When the assistant says a back-channel.
    struct BackChannel: Hashable, Sendable {
        /// Speech of the user's before it, in the turn and since the last: 5 s.
        let speechSlices: Int
        /// How long the pause is by then: 160 to 320 ms.
        let pauseSlices: ClosedRange<Int>
        /// A mind that finds the turn's end less likely than this would not answer (`FloorSense`).
        let likelihoodMax: Float = -5

        init(_ clock: SliceClock) {
            speechSlices = clock.slices(milliseconds: 5000)
            pauseSlices = clock.slices(milliseconds: 160)...clock.slices(milliseconds: 320)
        }
    }

    /// Rules for sessions with a mind, in slices.
    struct Mind: Hashable, Sendable {
        let patienceSlices: Int, timeoutSlices: Int
        let toolPatienceSlices: Int, toolTimeoutSlices: Int
        let provisionalMin: Float
        let likelyPauseSlices: Int, pauseSlices: Int

        init(_ rules: MindRules, _ clock: SliceClock) {
            patienceSlices = clock.slices(milliseconds: rules.patienceMilliseconds)
            timeoutSlices = clock.slices(milliseconds: rules.timeoutMilliseconds)
            toolPatienceSlices = clock.slices(milliseconds: rules.toolPatienceMilliseconds)
            toolTimeoutSlices = clock.slices(milliseconds: rules.toolTimeoutMilliseconds)
            provisionalMin = rules.provisionalMin
            likelyPauseSlices = clock.slices(milliseconds: rules.likelyPauseMilliseconds)
            pauseSlices = clock.slices(milliseconds: rules.pauseMilliseconds)
        }
    }
}
