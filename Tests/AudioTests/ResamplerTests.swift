// Resampler: gain, aliasing, and independence of how the stream is cut.

import Basics
import Foundation
import Testing

@testable import Audio

@Suite struct ResamplerTests {
    private func sine(_ hertz: Double, _ rate: Int, seconds: Double = 0.5) -> [Float] {
        (0..<Int(seconds * Double(rate))).map { Float(sin(2 * Double.pi * hertz * Double($0) / Double(rate))) }
    }

    private func power(_ x: [Float]) -> Double {
        let middle = x.dropFirst(x.count / 4).dropLast(x.count / 4)
        return (middle.reduce(0.0) { $0 + Double($1 * $1) } / Double(middle.count)).squareRoot()
    }

    @Test(arguments: [(8000, 16000), (24000, 16000), (48000, 16000), (16000, 8000), (16000, 24000), (16000, 48000)])
    func speechPassesAndItsRateIsRight(_ rates: (Int, Int)) {
        for hertz in [200.0, 1000, 3000] {
            var resampler = Resampler(from: rates.0, to: rates.1)
            let y = resampler.process(sine(hertz, rates.0))
            #expect(abs(y.count - rates.1 / 2) < rates.1 / 100)
            #expect(abs(power(y) - 0.5.squareRoot()) < 0.01, "\(hertz) Hz")
            // Away from the filter's ringing at the start.
            let steady = Array(y.dropFirst(y.count / 5))
            let crossings = zip(steady, steady.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
            #expect(abs(Double(crossings) - hertz * Double(steady.count) / Double(rates.1)) <= 1)
        }
    }

    @Test func whatCannotBeHeldIsRejected() {
        var down = Resampler(from: 48000, to: 16000)
        #expect(power(down.process(sine(10_000, 48000))) < 0.01)
        var up = Resampler(from: 8000, to: 16000)
        // An image of 3 kHz would be at 5 kHz.
        let y = up.process(sine(3000, 8000))
        let image = zip(y, sine(5000, 16000)).reduce(0.0) { $0 + Double($1.0 * $1.1) } / Double(y.count)
        #expect(abs(image) < 0.005)
    }

    @Test func theOutputDoesNotDependOnTheChunks() {
        var random = Random(seed: 9)
        let x = (0..<5000).map { _ in random.uniform() - 0.5 }
        for (source, target) in [(24000, 16000), (16000, 24000), (48000, 16000), (8000, 16000)] {
            var whole = Resampler(from: source, to: target), cut = Resampler(from: source, to: target)
            var pieces: [Float] = [], at = 0
            while at < x.count {
                let end = min(x.count, at + 1 + random.below(700))
                pieces += cut.process(Array(x[at..<end]))
                at = end
            }
            #expect(pieces == whole.process(x))
        }
    }
}
