// Second-order filters that imitate telephones, doors and walls.

internal import Glibc

/// One section, by the formulas of the Audio EQ Cookbook (Bristow-Johnson).
struct Biquad: Sendable {
    private let b0, b1, b2, a1, a2: Float
    private var z1: Float = 0
    private var z2: Float = 0

    private init(b: (Double, Double, Double), a: (Double, Double, Double)) {
        (b0, b1, b2) = (Float(b.0 / a.0), Float(b.1 / a.0), Float(b.2 / a.0))
        (a1, a2) = (Float(a.1 / a.0), Float(a.2 / a.0))
    }

    mutating func process(_ x: Float) -> Float {
        let y = b0 * x + z1
        z1 = b1 * x - a1 * y + z2
        z2 = b2 * x - a2 * y
        return y
    }

    static func lowPass(hertz: Double, q: Double) -> Biquad {
        let (cosine, alpha) = angle(hertz, q)
        return Biquad(b: ((1 - cosine) / 2, 1 - cosine, (1 - cosine) / 2), a: (1 + alpha, -2 * cosine, 1 - alpha))
    }

    static func highPass(hertz: Double, q: Double) -> Biquad {
        let (cosine, alpha) = angle(hertz, q)
        return Biquad(b: ((1 + cosine) / 2, -1 - cosine, (1 + cosine) / 2), a: (1 + alpha, -2 * cosine, 1 - alpha))
    }

    static func resonance(hertz: Double, q: Double) -> Biquad {
        let (cosine, alpha) = angle(hertz, q)
        return Biquad(b: (alpha, 0, -alpha), a: (1 + alpha, -2 * cosine, 1 - alpha))
    }

    private static func angle(_ hertz: Double, _ q: Double) -> (cosine: Double, alpha: Double) {
        let w = 2 * Double.pi * hertz / Double(Recording.rate)
        return (cos(w), sin(w) / (2 * q))
    }
}
