// Speaks clauses slice by slice, many at a time.

/// The streams of one thread. A slot speaks a clause at a time; a step computes the next frames of several slots, their rows side by side.
/// The samples are those of the whole clause, whatever the steps.
public final class Streams {
    private struct Stream {
        var clause: Clause
        /// Frames that went into the stage, including those after the clause's end.
        var taken = 0
        /// Samples that have come out.
        var samples = 0
    }

    private let stage: any VoiceStage
    private var streams: [Stream?]
    private let sound = Scratch()

    public init(_ voice: Voice, slots: Int) {
        stage = voice.model.stage(slots: slots)
        streams = Array(repeating: nil, count: slots)
    }

    /// Begins a clause; whatever the slot spoke is forgotten.
    public func open(_ slot: Int, _ clause: Clause) {
        streams[slot] = Stream(clause: clause)
        stage.open(slot, clause)
    }

    /// Falls silent at once.
    public func stop(_ slot: Int) { streams[slot] = nil }

    /// Whether the slot has sound left.
    public func speaks(_ slot: Int) -> Bool {
        guard let stream = streams[slot] else { return false }
        return stream.samples < stream.clause.frames * stage.factor
    }

    /// Samples of the clause that have come out, and its phonemes that are heard when those have been played.
    public func progress(_ slot: Int) -> (samples: Int, phonemes: Int) {
        guard let stream = streams[slot] else { return (0, 0) }
        return (stream.samples, stream.clause.phonemesHeard(frames: stream.samples / stage.factor))
    }

    /// At least the next `samples` samples of each slot, to the next whole frame; fewer at the clause's end, none if it does not speak.
    public func next(_ slots: [Int], samples: Int) -> [[Float]] {
        let active = slots.filter(speaks), lanes = active.map { lane($0, samples) }
        let made = active.isEmpty ? [] : run(lanes)
        return slots.map { slot in active.firstIndex(of: slot).map { made[$0] } ?? [] }
    }

    /// The frames that the stage needs of `slot` for `samples` more.
    private func lane(_ slot: Int, _ samples: Int) -> Lane {
        let stream = streams[slot]!, all = stream.clause.frames * stage.factor
        let until = min(stream.samples + samples, all) + stage.delay
        let count = max(1, (until + stage.factor - 1) / stage.factor - stream.taken)
        return Lane(slot: slot, start: stream.taken, count: count, length: stream.clause.frames)
    }

    private func run(_ lanes: [Lane]) -> [[Float]] {
        let factor = stage.factor, y = sound.room(lanes.rows(factor))
        stage.run(lanes, to: y)
        var source = y
        return lanes.map { lane in
            defer { source += lane.count * factor }
            let first = lane.start * factor - stage.delay, last = first + lane.count * factor
            let from = max(0, -first), until = min(last, lane.length * factor) - first
            streams[lane.slot]!.taken += lane.count
            streams[lane.slot]!.samples += max(0, until - from)
            return Array(UnsafeBufferPointer(start: source + from, count: max(0, until - from)))
        }
    }
}
