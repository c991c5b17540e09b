// The bundled model and what the reference computed for it.

import Foundation

@testable import Dialogue
@testable import Families

enum Bundled {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let directory = root + "/Models/duet-mini"
    static let weights = try! DuetWeights(directory: directory)

    static func model(slots: Int) -> DuetModel { DuetModel(weights: weights, slots: slots) }
}

/// One dialogue of golden.json (Scripts/training/golden.py).
struct GoldenDialogue: Decodable {
    var start, count, slices: Int
    var think, say, first, second: [Int]
    var rows: [Float]?
    var spoken: [Float]?
    var spoken_slice: Int?

    static let all: [GoldenDialogue] = {
        struct File: Decodable { var dialogues: [GoldenDialogue] }
        let data = try! Data(contentsOf: URL(fileURLWithPath: resources + "/golden.json"))
        return try! JSONDecoder().decode(File.self, from: data).dialogues
    }()

    private static let resources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Resources"
    private static let audio = try! Data(contentsOf: URL(fileURLWithPath: resources + "/golden.i16"))

    /// [slices * 1280]: every stored sample twice, then silence.
    var samples: [Float] {
        var out = [Float](repeating: 0, count: slices * 1280)
        for i in 0..<count {
            let at = (start + i) * 2
            let value = Int16(truncatingIfNeeded: Int(Self.audio[at]) | Int(Self.audio[at + 1]) << 8)
            out[2 * i] = Float(value) / 32768
            out[2 * i + 1] = out[2 * i]
        }
        return out
    }
}

/// What a model did with a stream of samples.
struct Trace: Equatable {
    var decisions: [Decision] = []
    var codes: [[Int]] = []
    var rows: [[Float]] = []
    var spoken: [Float] = []
}

extension DuetModel {
    /// Runs streams side by side, one a slot from `slots`, slice by slice. Shorter streams just end.
    func trace(_ streams: [[Float]], slots: [Int]? = nil, delays: [Int]? = nil) -> [Trace] {
        let slots = slots ?? Array(streams.indices), delays = delays ?? streams.map { _ in 0 }
        let batch = SliceBatch(rowsMax: slotCount, samplesPerSlice: 1280)
        var traces = streams.map { _ in Trace() }
        for slot in slots { [listen, decode, speak].forEach { $0.open(slot, seed: 0) } }
        let last = zip(streams, delays).map { $0.count / 1280 + $1 }.max() ?? 0
        for slice in 0..<last {
            let live = streams.indices.filter { slice >= delays[$0] && slice - delays[$0] < streams[$0].count / 1280 }
                .sorted { slots[$0] < slots[$1] }
            guard !live.isEmpty else { continue }
            batch.begin(live.map { slots[$0] })
            for (row, i) in live.enumerated() {
                let at = (slice - delays[i]) * 1280
                for k in 0..<1280 { batch.microphone[row * 1280 + k] = streams[i][at + k] }
            }
            [listen, decode, speak].forEach { $0.run(batch) }
            let (encoder, codes) = trace(rows: live.count)
            let width = encoder.count / live.count
            for (row, i) in live.enumerated() {
                traces[i].decisions.append(batch.decisions[row])
                traces[i].codes.append(Array(codes[row * 2..<row * 2 + 2]))
                traces[i].rows.append(Array(encoder[row * width..<(row + 1) * width]))
                traces[i].spoken += batch.speech[row * 1280..<(row + 1) * 1280]
            }
        }
        return traces
    }
}

/// The largest difference of two sequences of equal length.
func distance(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}

enum SliceBatchFixture {
    static func batch(for model: DuetModel) -> SliceBatch {
        SliceBatch(rowsMax: model.slotCount, samplesPerSlice: model.plan.samplesPerSlice)
    }

    /// One row, slot 0, with slice number `slice` of `samples`.
    static func fill(_ batch: SliceBatch, _ samples: [Float], _ slice: Int) {
        batch.begin([0])
        for k in 0..<batch.samplesPerSlice { batch.microphone[k] = samples[slice * batch.samplesPerSlice + k] }
    }
}
