// What a slice costs on this machine, measured before anybody waits for it.

internal import Basics
internal import Dialogue
internal import Families

enum CostProbe {
    struct Cost {
        var rows: Int
        /// Median over the slices, in milliseconds: listen, decode, speak.
        var stages: [Double]
        var milliseconds: Double { stages.reduce(0, +) }
    }

    /// Runs slices of noise through every stage, all rows speaking or not as the model likes.
    static func measure(_ loaded: any LoadedModel, rows: [Int], slices: Int = 24) -> [Cost] {
        let model = loaded.instance(slots: rows.max()!), samples = loaded.plan.samplesPerSlice
        let batch = SliceBatch(rowsMax: model.slotCount, samplesPerSlice: samples)
        var random = Random(seed: 1)
        for i in batch.heard.indices { batch.heard[i] = (random.uniform() - 0.5) * 0.2 }
        return rows.map { count in
            let slots = Array(0..<count), stages = [model.listen, model.decode, model.speak]
            for slot in slots { stages.forEach { $0.open(slot, seed: 0) } }
            var times: [[Int64]] = [[], [], []]
            for _ in 0..<slices {
                batch.begin(slots)
                for (i, stage) in stages.enumerated() {
                    // The voice costs most when everybody hears one.
                    if i == 2 { slots.forEach { batch.decisions[$0].speaks = true } }
                    let begun = MonotonicClock.now()
                    stage.run(batch)
                    times[i].append(MonotonicClock.now().since(begun))
                }
            }
            return Cost(rows: count, stages: times.map { Double($0.sorted()[$0.count / 2]) * 1e-6 })
        }
    }

    /// The part of a step that its rows do not change, in rows, from two costs.
    static func fixedRows(_ costs: [Cost]) -> Double {
        guard let a = costs.first, let b = costs.last, b.rows > a.rows else { return 0 }
        let perRow = (b.milliseconds - a.milliseconds) / Double(b.rows - a.rows)
        guard perRow > 0 else { return 0 }
        return max(0, a.milliseconds / perRow - Double(a.rows))
    }
}
