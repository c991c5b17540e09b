// Measures what a slice costs on this machine, before the server takes sessions.

internal import Audio
internal import Basics
public import Dialogue
public import Families
internal import Wire

public enum CostProbe {
    public struct Cost {
        public var rows: Int
        /// Median milliseconds over the slices for each stage: listen, decode, speak.
        public var stages: [Double]
        public var milliseconds: Double { stages.reduce(0, +) }
    }

    /// Takes longer to say than the slices last.
    private static let sentence = "One two three four five six seven eight nine ten, and so on until the end."

    /// Runs slices of noise through every stage with each number of rows.
    public static func measure(_ loaded: any LoadedModel, rows: [Int], slices: Int = 24) -> [Cost] {
        let model = loaded.instance(slots: rows.max()!), samples = loaded.plan.samplesPerSlice
        let batch = SliceBatch(rowsMax: model.slotCount, samplesPerSlice: samples)
        var random = Random(seed: 1)
        for i in batch.microphone.indices { batch.microphone[i] = (random.uniform() - 0.5) * 0.2 }
        // A voice that speaks utterances has one to speak.
        let words = model.recognisesTurns ? model.wording(of: Self.sentence).words : []
        return rows.map { count in
            let slots = Array(0..<count), stages = [model.listen, model.decode, model.speak]
            for slot in slots { stages.forEach { $0.open(slot, seed: 0) } }
            var times: [[Int64]] = [[], [], []]
            for slice in 0..<slices {
                batch.begin(slots)
                for row in slots {
                    batch.prompts[row] =
                        words.first.map { word in
                            slice == 0
                                ? Prompt(say: word.pieces[0], utterance: word.utterance)
                                : Prompt(say: loaded.plan.tokens.idle)
                        } ?? Prompt()
                }
                for (i, stage) in stages.enumerated() {
                    // The worst case: the speak stage costs most when every session speaks.
                    if i == 2 { slots.forEach { batch.decisions[$0].speaks = true } }
                    let begun = MonotonicClock.now()
                    stage.run(batch)
                    times[i].append(MonotonicClock.now().since(begun))
                }
            }
            return Cost(rows: count, stages: times.map { Double($0.sorted()[$0.count / 2]) * 1e-6 })
        }
    }

    /// Milliseconds of Opus coding, both ways, for one session's slice. Averages noise and silence, which is cheaper: a side is
    /// silent about half of the time.
    public static func coding(_ plan: SlicePlan, slices: Int = 24) throws -> Double {
        let format = AudioFormat(codec: .opus, rate: 24_000)!
        let server = try AudioEncoder(serving: format, rate: plan.sampleRate), client = try AudioEncoder(format)
        let decoder = try AudioDecoder(format, rate: plan.sampleRate)
        var random = Random(seed: 1)
        let medians = try [Float(0.2), 0].map { level in
            var times: [Int64] = []
            for _ in 0..<slices {
                let heard = AudioFormat.clientRate * plan.clock.slice_ms / 1000, said = plan.samplesPerSlice
                let noise = (0..<max(heard, said)).map { _ in (random.uniform() - 0.5) * level }
                let samples = Array(noise.prefix(said)), packets = try client.encode(Array(noise.prefix(heard)))
                let begun = MonotonicClock.now()
                for packet in packets { _ = decoder.decode(packet) }
                _ = try server.encode(samples)
                times.append(MonotonicClock.now().since(begun))
            }
            return Double(times.sorted()[times.count / 2]) * 1e-6
        }
        return medians.reduce(0, +) / 2
    }

    /// Fits a line through the first and the last of `costs`, and adds one session's coding to the cost of each row.
    public static func stepCost(_ costs: [Cost], coding: Double) -> StepCost {
        guard let a = costs.first, let b = costs.last, b.rows > a.rows else { return Limits().stepCost }
        let row = max(0, b.milliseconds - a.milliseconds) / Double(b.rows - a.rows)
        let fixed = max(0, a.milliseconds - row * Double(a.rows))
        return StepCost(fixed: fixed * 1e6, row: (row + coding) * 1e6)
    }
}
