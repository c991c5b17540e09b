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

    @Test func thePlaneHasADotForEachSystemAndOneTextWhereTheyCoincide() {
        func share(_ value: Double?) -> Figure { Figure("", value, .share, n: 0) }
        let ours = Plot.Place(
            x: Figure("", share: [true, true, false]), y: Figure("", share: [true, false]), label: "<here>",
            isOurs: true)
        let others = [(1.0, 0.02), (1.0, 0.04), (0.5, 0.9), (nil, 0.5)].enumerated().map { index, place in
            Plot.Place(x: share(place.0), y: share(place.1), label: "other \(index)")
        }
        let plot = Plot.plane("Plane", x: "x", y: "y", [ours] + others)
        // Four systems, and ours in the key.
        #expect(plot.matches(of: /<circle/).count == 5)
        #expect(plot.contains(">1, 2</text>") && plot.contains(">3</text>") && plot.contains("&lt;here&gt;"))
        #expect(!plot.contains("other 3"))
        let places = plot.matches(of: /cx="([0-9.]+)" cy="([0-9.]+)"/).map { (Double($0.1)!, Double($0.2)!) }
        #expect(places.allSatisfy { (64...413).contains($0.0) && (56...376).contains($0.1) })
        #expect(Plot.plane("none", x: "x", y: "y", []).isEmpty)
    }

    @Test func nothingToDrawIsNoPicture() {
        #expect(Plot.lines("none", x: "x", y: "y", [("a", [(1, .nan), (0, 3)])]).isEmpty)
        #expect(Plot.lines("zeros", x: "x", y: "y", [("a", [(1, 0), (1, 0)])]).hasPrefix("<svg"))
    }
}
