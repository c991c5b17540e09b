// Speaks clauses slice by slice, many at a time.

internal import Basics
internal import Kernels

/// The streams of one thread. A slot speaks a clause at a time; a step computes the next frames of several slots, their rows side by side.
/// The samples are those of the whole clause, whatever the steps.
public final class Streams {
    private struct Stream {
        var clause: Clause
        /// Frames that went into the flow and into the decoder, including those before the clause's sound and after its end.
        var flowed = 0, decoded = 0
        /// Latents that the decoder has not taken yet.
        var latents: [Float] = []
        /// Samples that have come out.
        var samples = 0
    }

    private let voice: Voice
    private let flow: FlowStage
    private let decoder: DecoderStage
    private var streams: [Stream?]
    private let latents = Scratch(), sound = Scratch()

    public init(_ voice: Voice, slots: Int) {
        self.voice = voice
        flow = FlowStage(voice.flow, slots: slots)
        decoder = DecoderStage(voice.decoder, slots: slots)
        streams = Array(repeating: nil, count: slots)
    }

    /// Begins a clause; whatever the slot spoke is forgotten.
    public func open(_ slot: Int, _ clause: Clause) {
        streams[slot] = Stream(clause: clause)
        flow.open(slot)
        decoder.open(slot)
    }

    /// Falls silent at once.
    public func stop(_ slot: Int) { streams[slot] = nil }

    /// Whether the slot has sound left.
    public func speaks(_ slot: Int) -> Bool {
        guard let stream = streams[slot] else { return false }
        return stream.samples < stream.clause.frames * decoder.factor
    }

    /// Samples of the clause that have come out, and its phonemes that are heard when those have been played.
    public func progress(_ slot: Int) -> (samples: Int, phonemes: Int) {
        guard let stream = streams[slot] else { return (0, 0) }
        return (stream.samples, stream.clause.phonemesHeard(frames: stream.samples / decoder.factor))
    }

    /// At least the next `samples` samples of each slot, to the next whole frame; fewer at the clause's end, none if it does not speak.
    public func next(_ slots: [Int], samples: Int) -> [[Float]] {
        let active = slots.filter(speaks), lanes = active.map { lane($0, samples) }
        runFlow(active, lanes)
        let made = runDecoder(active, lanes)
        return slots.map { slot in active.firstIndex(of: slot).map { made[$0] } ?? [] }
    }

    /// The frames that the decoder needs of `slot` for `samples` more.
    private func lane(_ slot: Int, _ samples: Int) -> Lane {
        let stream = streams[slot]!, all = stream.clause.frames * decoder.factor
        let until = min(stream.samples + samples, all) + decoder.delay
        let count = max(1, (until + decoder.factor - 1) / decoder.factor - stream.decoded)
        return Lane(slot: slot, start: stream.decoded, count: count, length: stream.clause.frames)
    }

    /// Latents for the decoder's `lanes`: the flow runs ahead by its delay.
    private func runFlow(_ slots: [Int], _ lanes: [Lane]) {
        var ahead: [Lane] = []
        for (slot, lane) in zip(slots, lanes) {
            let from = streams[slot]!.flowed, until = min(lane.start + lane.count, lane.length) + flow.delay
            if until > from { ahead.append(Lane(slot: slot, start: from, count: until - from, length: lane.length)) }
        }
        guard !ahead.isEmpty else { return }
        let channels = voice.flow.channels, z = latents.room(ahead.rows(1) * channels)
        var target = z
        for lane in ahead {
            for frame in lane.start..<lane.start + lane.count {
                if frame < lane.length {
                    streams[lane.slot]!.clause.draw(frame, channels: channels, to: target)
                } else {
                    target.update(repeating: 0, count: channels)
                }
                target += channels
            }
        }
        flow.run(z, ahead, conditions: ahead.map { streams[$0.slot]!.clause.flowConditions })
        var source = z
        for lane in ahead {
            let early = min(lane.count, max(0, flow.delay - lane.start)), fresh = lane.count - early
            streams[lane.slot]!.latents += UnsafeBufferPointer(
                start: source + early * channels, count: fresh * channels)
            streams[lane.slot]!.flowed += lane.count
            source += lane.count * channels
        }
    }

    private func runDecoder(_ slots: [Int], _ lanes: [Lane]) -> [[Float]] {
        let channels = voice.flow.channels, rows = lanes.rows(1), z = latents.room(rows * channels)
        z.update(repeating: 0, count: rows * channels)
        var target = z
        for (slot, lane) in zip(slots, lanes) {
            let count = min(lane.count * channels, streams[slot]!.latents.count)
            streams[slot]!.latents.withUnsafeBufferPointer { source in
                if let first = source.baseAddress { target.update(from: first, count: count) }
            }
            streams[slot]!.latents.removeFirst(count)
            target += lane.count * channels
        }
        let y = sound.room(rows * decoder.factor)
        decoder.run(z, lanes, conditions: slots.map { streams[$0]!.clause.decoderCondition }, to: y)
        var source = y
        return zip(slots, lanes).map { slot, lane in
            defer { source += lane.count * decoder.factor }
            let first = lane.start * decoder.factor - decoder.delay, last = first + lane.count * decoder.factor
            let from = max(0, -first), until = min(last, lane.length * decoder.factor) - first
            streams[slot]!.decoded += lane.count
            streams[slot]!.samples += max(0, until - from)
            return Array(UnsafeBufferPointer(start: source + from, count: max(0, until - from)))
        }
    }
}
