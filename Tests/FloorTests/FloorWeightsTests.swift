// Files that are no floor's are refused with a sentence.

import Foundation
import Testing
import Transformer

@testable import Floor

@Suite struct FloorWeightsTests {
    @Test func theRuleComesFromTheMetadata() throws {
        let expected = FloorRule(over: 0.5, overSlices: 2, yield: 0.25, yieldSlices: 3)
        #expect(try FloorWeights.load(FloorGolden.smallPath).rule == expected)
    }

    @Test func anEarIsNoFloor() {
        let path = FloorGolden.package.appendingPathComponent("Models/duet-1/ear.safetensors").path
        let error = #expect(throws: ModelError.self) { try FloorWeights.load(path) }
        #expect(error?.description.contains("is no floor's") == true)
    }

    @Test(arguments: [
        ["over": "1.5", "over_slices": "1", "yield": "0.5", "yield_slices": "1"],
        ["over": "0.5", "over_slices": "0", "yield": "0.5", "yield_slices": "1"],
        ["over": "0.5", "over_slices": "1", "yield": "nan", "yield_slices": "1"],
        ["over": "0.5", "over_slices": "1", "yield": "0.5"],
    ]) func thresholdsOutOfRangeAreRefused(_ metadata: [String: String]) {
        #expect(throws: ModelError.self) { try FloorRule(metadata: metadata, path: "a file") }
    }
}
