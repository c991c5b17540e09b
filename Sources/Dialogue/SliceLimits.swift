// The limits as the engine counts them: in samples and slices of its model.

internal import Basics

/// What limits in milliseconds come to. Made once, from the plan's clock.
struct SliceLimits: Hashable, Sendable {
    /// Input that may wait: the slice that is due, one on its way, and jitter.
    let inputSamplesMax: Int
    let surplusSamplesMin: Int
    let surplusSlices: Int, surplusSlicesFirst: Int
    let silencedSlicesMax: Int
    let lateSlicesMax: Int
    /// Since a session opened, in nanoseconds: then its first slice has had its time, and patience is over.
    let patienceNanoseconds: Int64
    /// Slices in which an answer that was asked for must begin, where the assistant is held: 4 s.
    let allowedSlices: Int
    /// Slices without speech after which the assistant has given up what it was to say: half a second.
    let quietSlicesMax: Int
    /// Slices after which a model that was broken off does not go on when it may speak again: 400 ms.
    let settlingSlices: Int
    /// Slices of a session before a text that it brings along: a model that has had no silence yet breaks its answer off. 400 ms.
    let startingSlices: Int
    /// So long after the last sound the model may still write what it has heard: 2 s.
    let stillSamplesMax: Int
    /// Flushed speech fades within 5 ms, so that it ends without a click.
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
        startingSlices = clock.slices(milliseconds: 400)
        stillSamplesMax = clock.samples(milliseconds: 2000)
        fadeSamples = clock.samples(milliseconds: 5)
    }
}
