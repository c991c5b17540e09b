// Shares with their intervals, quantiles, and other people's rules.

import Foundation
import Testing

@testable import Evaluation

@Suite struct FigureTests {
    @Test func aShareHasItsWilsonInterval() {
        // Newcombe 1998, table I: 15 of 148 and 0 of 20.
        let some = Figure.wilson(hits: 15, of: 148), none = Figure.wilson(hits: 0, of: 20)
        #expect(abs(some.low - 0.0624) < 1e-4 && abs(some.high - 0.1605) < 1e-4)
        #expect(none.low == 0 && abs(none.high - 0.1611) < 1e-4)
    }

    @Test func nothingMeasuredIsNoFigure() {
        #expect(Figure("x", share: [Bool]()).value == nil)
        #expect(Figure("x", quantile: 0.5, of: []).value == nil)
        #expect(Figure("x", share: [Bool]()).shown == "–")
    }

    @Test func quantilesLieBetweenNeighbours() {
        #expect(Figure("x", quantile: 0.5, of: [3, 1, 2]).value == 2)
        #expect(Figure("x", quantile: 0.5, of: [4, 1, 2, 3]).value == 2.5)
        #expect(Figure("x", quantile: 0.9, of: [1]).value == 1)
    }

    /// Full-Duplex-Bench's own examples: smooth_turn_taking/1, user_interruption/1, pause_handling/1.
    @Test func publishedExamplesComeOutAsPublished() {
        #expect(abs(FullDuplexBench.latency(firstWord: 3.36, turnEnd: 2.01) - 1.35) < 1e-9)
        #expect(abs(FullDuplexBench.latency(firstWord: 17.224, turnEnd: 13.144) - 4.08) < 1e-9)
        #expect(FullDuplexBench.tookOver(words: 12, seconds: 4.68))
        #expect(FullDuplexBench.latency(firstWord: 1, turnEnd: 2) == 0)
    }

    @Test(arguments: [(0, 5.0, false), (3, 0.99, false), (3, 1.0, true), (4, 0.5, true), (1, 1.2, true)])
    func threeQuickWordsAreNoTakeOver(_ words: Int, _ seconds: Double, _ tookOver: Bool) {
        #expect(FullDuplexBench.tookOver(words: words, seconds: seconds) == tookOver)
    }

    @Test func limitsSayWhatIsOutOfThem() throws {
        let bounds = try Bounds(
            data: Data(#"{"a": {"min": 0.5}, "b": {"max": 0.5}, "c": {"min": 0, "max": 1}, "d": {"min": 0}}"#.utf8))
        let figures = [
            Figure("a", 0.5, .share, n: 1), Figure("b", 0.51, .share, n: 1), Figure("c", 1, .share, n: 1),
        ]
        #expect(bounds.broken(by: figures) == ["b is 0.51, above 0.5", "d was not measured, and has a limit"])
        #expect(throws: ScriptError.self) { try Bounds(data: Data(#"{"a": {}}"#.utf8)) }
        #expect(throws: ScriptError.self) { try Bounds(data: Data("[".utf8)) }
    }
}
