// A Piper voice's frames to samples: the flow, then the decoder.

internal import Kernels

/// The flow runs ahead of the decoder by its delay.
final class PiperStage: VoiceStage {
    private struct Column {
        var clause: PiperClause?
        /// Frames that went into the flow, including those after the clause's end.
        var flowed = 0
        /// Latents that the decoder has not taken yet.
        var latents: [Float] = []
    }

    private let flow: FlowStage
    private let decoder: DecoderStage
    private let channels: Int
    private var columns: [Column]
    private let latents = Scratch()

    init(_ voice: PiperVoice, slots: Int) {
        flow = FlowStage(voice.flow, slots: slots)
        decoder = DecoderStage(voice.decoder, slots: slots)
        channels = voice.flow.channels
        columns = Array(repeating: Column(), count: slots)
    }

    var factor: Int { decoder.factor }
    var delay: Int { decoder.delay }

    func open(_ slot: Int, _ clause: Clause) {
        guard let content = clause.content as? PiperClause else { fatalError("a clause of another voice") }
        columns[slot] = Column(clause: content)
        flow.open(slot)
        decoder.open(slot)
    }

    func run(_ lanes: [Lane], to y: UnsafeMutablePointer<Float>) {
        runFlow(lanes)
        runDecoder(lanes, to: y)
    }

    /// Latents for the decoder's `lanes`.
    private func runFlow(_ lanes: [Lane]) {
        var ahead: [Lane] = []
        for lane in lanes {
            let from = columns[lane.slot].flowed, until = min(lane.start + lane.count, lane.length) + flow.delay
            if until > from {
                ahead.append(Lane(slot: lane.slot, start: from, count: until - from, length: lane.length))
            }
        }
        guard !ahead.isEmpty else { return }
        let z = latents.room(ahead.rows(1) * channels)
        var target = z
        for lane in ahead {
            for frame in lane.start..<lane.start + lane.count {
                if frame < lane.length {
                    columns[lane.slot].clause!.draw(frame, channels: channels, to: target)
                } else {
                    target.update(repeating: 0, count: channels)
                }
                target += channels
            }
        }
        flow.run(z, ahead, conditions: ahead.map { columns[$0.slot].clause!.flowConditions })
        var source = z
        for lane in ahead {
            let early = min(lane.count, max(0, flow.delay - lane.start)), fresh = lane.count - early
            columns[lane.slot].latents += UnsafeBufferPointer(
                start: source + early * channels, count: fresh * channels)
            columns[lane.slot].flowed += lane.count
            source += lane.count * channels
        }
    }

    private func runDecoder(_ lanes: [Lane], to y: UnsafeMutablePointer<Float>) {
        let rows = lanes.rows(1), z = latents.room(rows * channels)
        z.update(repeating: 0, count: rows * channels)
        var target = z
        for lane in lanes {
            let count = min(lane.count * channels, columns[lane.slot].latents.count)
            columns[lane.slot].latents.withUnsafeBufferPointer { source in
                if let first = source.baseAddress { target.update(from: first, count: count) }
            }
            columns[lane.slot].latents.removeFirst(count)
            target += lane.count * channels
        }
        decoder.run(z, lanes, conditions: lanes.map { columns[$0.slot].clause!.decoderCondition }, to: y)
    }
}
