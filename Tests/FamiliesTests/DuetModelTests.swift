// The streaming runtime against the offline PyTorch reference, on the bundled weights.

import Foundation
import Kernels
import Testing

@testable import Dialogue
@testable import Families

@Suite struct DuetModelTests {
    @Test func streamingDecidesTheSameTokensAsTheReferenceInEveryDialogue() {
        #expect(GoldenDialogue.all.count >= 50)
        let model = Bundled.model(slots: 1)
        for (i, golden) in GoldenDialogue.all.enumerated() {
            let trace = model.trace([golden.samples])[0]
            expectSame(trace.decisions.map { Int($0.think) }, golden.think, "think of dialogue \(i)")
            expectSame(trace.decisions.map { Int($0.say) }, golden.say, "say of dialogue \(i)")
            expectSame(trace.codes.map { $0[0] }, golden.first, "first codes of dialogue \(i)")
            expectSame(trace.codes.map { $0[1] }, golden.second, "second codes of dialogue \(i)")
        }
    }

    /// Names the first slice that differs, where comparing whole arrays would print them.
    private func expectSame(_ tokens: [Int], _ expected: [Int], _ what: String) {
        let slice =
            tokens.count == expected.count ? zip(tokens, expected).enumerated().first { $1.0 != $1.1 }?.offset : -1
        #expect(slice == nil, "\(what): the first that differs")
    }

    @Test func theStreamingEncoderEqualsTheOfflineOne() {
        for golden in GoldenDialogue.all {
            guard let rows = golden.rows else { continue }
            let trace = Bundled.model(slots: 1).trace([golden.samples])[0]
            #expect(distance(Array(trace.rows[10..<14].joined()), rows) < 2e-3)
        }
    }

    @Test func theStreamingVoiceEqualsTheOfflineOne() {
        for golden in GoldenDialogue.all {
            guard let spoken = golden.spoken, let at = golden.spoken_slice else { continue }
            let trace = Bundled.model(slots: 1).trace([golden.samples])[0]
            #expect(distance(Array(trace.spoken[at * 1280..<(at + 3) * 1280]), spoken) < 2e-3)
            #expect(spoken.contains { abs($0) > 0.01 }, "the reference says nothing here")
        }
    }

    /// The root of the mean square of the error of what the encoder hands on, relative.
    @Test(arguments: [Precision.bf16, .int8])
    func roundedWeightsHearNearlyTheSame(_ precision: Precision) throws {
        let rounded = try DuetWeights(directory: Bundled.directory, precision: precision)
        var errors: Float = 0, powers: Float = 0
        for golden in GoldenDialogue.all.prefix(3) {
            let exact = Bundled.model(slots: 1).trace([golden.samples])[0].rows.joined()
            let near = DuetModel(weights: rounded, slots: 1).trace([golden.samples])[0].rows.joined()
            for (a, b) in zip(exact, near) { (errors, powers) = (errors + (a - b) * (a - b), powers + a * a) }
        }
        let error = (errors / powers).squareRoot()
        #expect(error > 0 && error < (precision == .bf16 ? 0.004 : 0.025), "\(error)")
    }

    @Test func aBatchEqualsItsRowsAlone() {
        let streams = GoldenDialogue.all.prefix(5).map(\.samples)
        let alone = streams.map { Bundled.model(slots: 1).trace([$0])[0] }
        let together = Bundled.model(slots: 8).trace(Array(streams), slots: [6, 0, 3, 7, 2], delays: [0, 7, 3, 20, 1])
        for (a, b) in zip(alone, together) {
            #expect(a.decisions == b.decisions)
            #expect(a.codes == b.codes)
            #expect(distance(a.spoken, b.spoken) == 0)
        }
    }

    @Test func aReopenedColumnRemembersNothing() {
        let model = Bundled.model(slots: 2), streams = GoldenDialogue.all.prefix(3).map(\.samples)
        let fresh = model.trace([streams[0]], slots: [1])[0]
        _ = model.trace([streams[1], streams[2]], slots: [1, 0])
        let same = model.trace([streams[0]], slots: [1])[0] == fresh
        #expect(same)
    }

    @Test func aMemoryOfWordsIsOfItsColumnAlone() throws {
        let weights = try shortWindow(words: 40), golden = GoldenDialogue.all
        let streams = (0..<3).map { golden[2 * $0].samples + golden[2 * $0 + 1].samples }
        let alone = streams.map { DuetModel(weights: weights, slots: 1).trace([$0])[0] }
        let model = DuetModel(weights: weights, slots: 4)
        let together = model.trace(streams, slots: [3, 0, 2], delays: [0, 5, 9])
        for (a, b) in zip(alone, together) {
            #expect(a.decisions == b.decisions)
            #expect(a.codes == b.codes)
        }
        let reopened = model.trace([streams[1]], slots: [3])[0]
        #expect(reopened.codes == alone[1].codes)
        let forgetful = DuetModel(weights: try shortWindow(words: nil), slots: 1).trace([streams[1]])[0]
        let isUsed = forgetful.codes != alone[1].codes
        #expect(isUsed, "the memory makes no difference in so short a talk")
    }

    /// The bundled model with a window of two seconds.
    private func shortWindow(words: Int?) throws -> DuetWeights {
        let directory = NSTemporaryDirectory() + "short-" + UUID().uuidString, files = FileManager.default
        try files.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? files.removeItem(atPath: directory) }
        for name in ["tokenizer.json", "model.safetensors"] {
            try files.createSymbolicLink(
                atPath: directory + "/" + name, withDestinationPath: Bundled.directory + "/" + name)
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: Bundled.directory + "/config.json"))
        var config = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        var plan = try #require(config["plan"] as? [String: Any])
        var memory: [String: Any] = ["sinks": 4, "window": 50, "evict": "slice"]
        if let words { memory["words"] = words }
        plan["memory"] = memory
        config["plan"] = plan
        try JSONSerialization.data(withJSONObject: config)
            .write(to: URL(fileURLWithPath: directory + "/config.json"))
        return try DuetWeights(directory: directory)
    }

    @Test func silencedRowsSayNothing() {
        let model = Bundled.model(slots: 1), samples = GoldenDialogue.all[0].samples
        let batch = SliceBatchFixture.batch(for: model)
        for stage in [model.listen, model.decode, model.speak] { stage.open(0, seed: 0) }
        for slice in 0..<samples.count / 1280 {
            SliceBatchFixture.fill(batch, samples, slice)
            batch.silenced[0] = true
            for stage in [model.listen, model.decode, model.speak] { stage.run(batch) }
            #expect(batch.decisions[0].say == 0 && !batch.decisions[0].speaks)
            #expect(batch.speech.allSatisfy { $0 == 0 })
        }
    }
}
