// Random and Fingerprint: the same in every process.

import Testing

@testable import Basics

@Suite struct RandomTests {
    @Test func theSameSeedGivesTheSameNumbers() {
        var a = Random(seed: 42), b = Random(seed: 42), c = Random(seed: 43)
        let first = (0..<8).map { _ in a.next() }
        #expect(first == (0..<8).map { _ in b.next() })
        #expect(first != (0..<8).map { _ in c.next() })
    }

    @Test func uniformStaysInItsRangeAndFillsIt() {
        var random = Random(seed: 1)
        let values = (0..<10_000).map { _ in random.uniform() }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(values.min()! < 0.01 && values.max()! > 0.99)
    }

    @Test func fingerprintsDependOnOrder() {
        var a = Fingerprint(), b = Fingerprint()
        a.add(1 as UInt64)
        a.add("x")
        b.add("x")
        b.add(1 as UInt64)
        #expect(a != b)
    }
}
