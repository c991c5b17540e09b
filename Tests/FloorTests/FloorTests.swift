// The floor against PyTorch, alone and among others (Scripts/training/floor_golden.py).

import Foundation
import Kernels
import Testing
import Transformer

@testable import Floor

@Suite struct FloorTests {
    private let golden: FloorGolden
    private let clip: FloorClip

    init() throws {
        golden = try FloorGolden.read()
        clip = try FloorClip(slices: golden.count)
    }

    /// The outputs of the whole clip in slot 0, with inputs that `change` may alter.
    private func alone(_ path: String, _ change: (Int, inout FloorInput) -> Void = { _, _ in }) throws -> [Float] {
        let floor = Floor(try FloorWeights.load(path), slots: 1)
        floor.open(0)
        return (0..<golden.count).flatMap { i in
            var input = clip.input(i, golden)
            change(i, &input)
            return floor.run([0], [input])[0].values
        }
    }

    @Test func randomWeightsComputeWhatPyTorchComputes() throws {
        let difference = difference(try alone(FloorGolden.smallPath), golden.small)
        #expect(difference < 1e-4, "\(difference)")
    }

    @Test func theShippedWeightsComputeWhatPyTorchComputes() throws {
        let difference = difference(try alone(FloorGolden.realPath), golden.real)
        #expect(difference < 1e-3, "\(difference)")
    }

    /// Everything that the floor is given reaches its outputs, so that the comparison sees all of it.
    @Test(arguments: ["ear", "microphone", "own", "likelihood", "words", "speaking"])
    func aWrongInputIsNoticed(_ name: String) throws {
        let silence = Buffer(count: FloorShape.earFloats)
        let changed = try alone(FloorGolden.smallPath) { _, input in
            switch name {
            case "ear": input.earRows = nil
            case "microphone": input.microphone = UnsafePointer(silence.pointer)
            case "own": input.ownVoice = nil
            case "likelihood": input.likelihood = .nan
            case "words": input.words = 0
            default: input.isSpeaking.toggle()
            }
        }
        #expect(difference(changed, golden.small) > 1e-3)
    }

    /// Sessions that begin at different times, in changing order, each to the bit as if it were alone.
    @Test func aSessionAmongOthersIsAsAlone() throws {
        let floor = Floor(try FloorWeights.load(FloorGolden.smallPath), slots: 4)
        let starts = [0, 3, 3, 7], together = golden.count + 7
        var outputs = [[Float]](repeating: [], count: 4)
        for time in 0..<together {
            for slot in 0..<4 where time == starts[slot] { floor.open(slot) }
            let slots = [0, 1, 2, 3].filter { (starts[$0]..<starts[$0] + golden.count).contains(time) }
            let order = time % 2 == 0 ? slots : slots.reversed()
            let out = floor.run(order, order.map { clip.input(time - starts[$0], golden) })
            for (slot, output) in zip(order, out) { outputs[slot] += output.values }
        }
        let alone = try alone(FloorGolden.smallPath)
        #expect(outputs.map { $0 == alone } == [true, true, true, true])
    }

    @Test func aSlotThatIsOpenedAgainRemembersNothing() throws {
        let floor = Floor(try FloorWeights.load(FloorGolden.smallPath), slots: 1)
        floor.open(0)
        for i in 0..<golden.count { _ = floor.run([0], [clip.input(i, golden)]) }
        floor.open(0)
        let again = (0..<golden.count).flatMap { floor.run([0], [clip.input($0, golden)])[0].values }
        #expect(difference(again, golden.small) < 1e-4)
    }

    @Test func noSlotsAreNoWork() throws {
        #expect(Floor(try FloorWeights.load(FloorGolden.smallPath), slots: 2).run([], []).isEmpty)
    }

    @Test func theKindIsTheLikeliest() {
        let output = FloorOutput(speech: 0, over: 0, yield: 0, kinds: [0.1, 0.2, 0.4, 0.1, 0.1, 0.1])
        #expect(output.kind == .backchannel)
    }
}
