// The n-th roots of unity, for the spectra.

internal import Glibc

/// Cosines and sines at multiples of 1/n of a full turn.
struct Circle {
    private let cosines: [Double]
    private let sines: [Double]

    init(_ n: Int) {
        cosines = (0..<n).map { cos(2 * Double.pi * Double($0) / Double(n)) }
        sines = (0..<n).map { sin(2 * Double.pi * Double($0) / Double(n)) }
    }

    func cosine(_ i: Int) -> Double { cosines[i % cosines.count] }
    func sine(_ i: Int) -> Double { sines[i % sines.count] }
    /// Cosines, then sines, in the layout that the kernels read. [2, n]
    var table: Buffer { Buffer((cosines + sines).map(Float.init)) }
    /// Sample i of the periodic Hann window of n samples.
    func hann(_ i: Int) -> Double { 0.5 - 0.5 * cosine(i) }
}
