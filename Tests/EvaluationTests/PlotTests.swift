// Pictures hold what they are given, within their frame.

import Foundation
import Testing

@testable import Evaluation

@Suite struct PlotTests {
    @Test func linesLeaveOutWhatIsNotKnownAndStayInTheirFrame() {
        let plot = Plot.lines(
            "Load & <latency>", x: "sessions", y: "ms",
            [("p50", [(1, 200), (8, 210), (64, .nan)]), ("p99", [(64, 400), (1, 300), (8, 350)])])
        #expect(plot.contains("Load &amp; &lt;latency&gt;") && !plot.contains("nan"))
        #expect(plot.matches(of: /<circle/).count == 5)
        let heights = plot.matches(of: /cy="([0-9.]+)"/).compactMap { Double($0.1) }
        #expect(heights.count == 5 && heights.allSatisfy { (54...254).contains($0) })
    }

    @Test func nothingToDrawIsNoPicture() {
        #expect(Plot.lines("none", x: "x", y: "y", [("a", [(1, .nan), (0, 3)])]).isEmpty)
        #expect(Plot.lines("zeros", x: "x", y: "y", [("a", [(1, 0), (1, 0)])]).hasPrefix("<svg"))
    }
}
