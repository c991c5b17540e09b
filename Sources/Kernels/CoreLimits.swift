// The measured limits of this core, against which the benches compare.

internal import Basics
internal import CKernels

/// The limits of the core that the calling thread runs on, in processor time.
public struct CoreLimits: Sendable {
    /// Billions of multiplications and additions per second, by precision: the best instruction, with operands in registers.
    public var peaks: [Precision: Double]

    /// Takes about a tenth of a second.
    public init() {
        peaks = Dictionary(uniqueKeysWithValues: Precision.allCases.map { ($0, Self.peak($0)) })
    }

    /// The best of eight runs.
    private static func peak(_ precision: Precision) -> Double {
        var factors: [Int32] = [0x3f80_3f80, 0x3f80_3f80], most = 0.0
        for _ in 0..<8 {
            let begun = ThreadClock.now()
            let operations = precision.type.peak(500_000, &factors)
            most = max(most, operations / (ThreadClock.now() - begun) / 1e9)
        }
        return most
    }

    /// Billions of bytes per second when the same `bytes` are read repeatedly; the best of three.
    public static func readRate(bytes: Int) -> Double {
        let count = max(4096, bytes / 4), repeats = 1 + 100_000_000 / (4 * count), piece = PageSlice(count: 4 * count)
        // Write every page first: untouched pages all map to one zero page, which would stay in the cache.
        let words = piece.base.initializeMemory(as: Int32.self, repeating: 1, count: count)
        var most = 0.0, sum: Int32 = KernelTable.native.read(words, count)
        for _ in 0..<3 {
            let begun = ThreadClock.now()
            for _ in 0..<repeats { sum ^= KernelTable.native.read(words, count) }
            most = max(most, Double(4 * count * repeats) / (ThreadClock.now() - begun) / 1e9)
        }
        return sum == 0 ? most : 0
    }
}
