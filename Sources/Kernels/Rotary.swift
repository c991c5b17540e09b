// Rotary position embedding (Su et al. 2021), halves convention: dimension i pairs with dimension i + dim / 2.

internal import Glibc

/// Angles for a head of `dim` dimensions. Computed in double, so that position 10⁹ is as exact as position 1.
public struct Rotary: Sendable {
    public let dim: Int
    private let frequencies: [Double]

    /// `factors` [dim / 2] divide the frequencies; none if empty.
    public init(dim: Int, base: Double, factors: [Float] = []) {
        self.dim = dim
        frequencies = (0..<dim / 2).map {
            pow(base, -Double($0) / Double(dim / 2)) / (factors.isEmpty ? 1 : Double(factors[$0]))
        }
    }

    /// Writes cosines, then sines, for `position` into `table` [dim].
    public func angles(_ position: Int, into table: UnsafeMutablePointer<Float>) {
        for (i, frequency) in frequencies.enumerated() {
            let angle = Double(position) * frequency
            table[i] = Float(cos(angle))
            table[i + dim / 2] = Float(sin(angle))
        }
    }

    /// Rotates x [heads, dim] by the angles of `table` into y, which may be x.
    public func rotate(
        _ x: UnsafePointer<Float>, heads: Int, by table: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>
    ) {
        let half = dim / 2
        for head in 0..<heads {
            let x = x + head * dim, y = y + head * dim
            for i in 0..<half {
                let (a, b) = (x[i], x[i + half])
                y[i] = a * table[i] - b * table[i + half]
                y[i + half] = a * table[i + half] + b * table[i]
            }
        }
    }
}
