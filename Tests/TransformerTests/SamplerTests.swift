// Choices from logits.

import Basics
import Testing

@testable import Transformer

@Suite struct SamplerTests {
    @Test func greedyTakesTheLargestAndTheFirstOfEquals() {
        #expect(Sampler.greedy([-3, -1, -2], count: 3) == 1)
        #expect(Sampler.greedy([0, 5, 5, 1], count: 4) == 1)
        #expect(Sampler.greedy([7], count: 1) == 0)
        #expect(Sampler.greedy([-.infinity, -.infinity, -4], count: 3) == 2)
    }

    @Test func theTopOneIsGreedyAtAnyTemperature() {
        var random = Random(seed: 1)
        for _ in 0..<20 {
            #expect(Sampler.sample([1, 3, 3, 2], count: 4, temperature: 100, top: 1, random: &random) == 1)
        }
    }

    @Test func drawsFollowTheSoftmaxOfTheTop() {
        // At temperature 2 the logits 4, 2, 0 and -9 weigh e², e, 1 and nothing among the top three.
        let logits: [Float] = [0, 4, -9, 2]
        var random = Random(seed: 2)
        var counts = [0, 0, 0, 0]
        for _ in 0..<20_000 {
            counts[Sampler.sample(logits, count: 4, temperature: 2, top: 3, random: &random)] += 1
        }
        #expect(counts[2] == 0)
        for (index, share) in [(1, 0.6652), (3, 0.2447), (0, 0.0900)] {
            #expect(abs(Double(counts[index]) / 20_000 - share) < 0.015, "\(index)")
        }
    }

    @Test func theSameSeedDrawsTheSame() {
        func draws(_ seed: UInt64) -> [Int] {
            var random = Random(seed: seed)
            return (0..<50).map { _ in
                Sampler.sample([1, 2, 3, 4], count: 4, temperature: 1, top: 4, random: &random)
            }
        }
        #expect(draws(3) == draws(3))
        #expect(draws(3) != draws(4))
    }
}
