// A monotonic rational-quadratic spline.

internal import Glibc

/// Ten bins on [-5, 5] with linear tails (Durkan et al. 2019, "Neural spline flows"), as VITS uses it.
struct Spline {
    static let bins = 10
    /// Widths, heights, and the derivatives between bins.
    static let parameters = 3 * bins - 1
    private static let bound: Float = 5, least: Float = 1e-3

    private let xs, ys, slopes: [Float]

    /// `width` is the predictor's: its square root scales widths and heights.
    init(_ parameters: [Float], width: Int) {
        let bins = Self.bins, scale = 1 / Float(width).squareRoot()
        xs = Self.knots(parameters[..<bins].map { $0 * scale })
        ys = Self.knots(parameters[bins..<2 * bins].map { $0 * scale })
        slopes = [1] + parameters[(2 * bins)...].map { Self.least + ($0 > 20 ? $0 : log1p(exp($0))) } + [1]
    }

    /// Edges of the bins: a softmax with a least width, summed.
    private static func knots(_ raw: [Float]) -> [Float] {
        let most = raw.max() ?? 0, powers = raw.map { exp($0 - most) }, total = powers.reduce(0, +)
        var edges = [-bound], sum: Float = 0
        for power in powers {
            sum += least + (1 - least * Float(bins)) * power / total
            edges.append(2 * bound * sum - bound)
        }
        edges[bins] = bound
        return edges
    }

    /// x for which the spline gives y (Durkan et al. 2019, equations 6 to 8).
    func inverse(_ y: Float) -> Float {
        guard y >= -Self.bound, y <= Self.bound else { return y }
        let bin = min(Self.bins - 1, max(0, ys.lastIndex { y >= $0 } ?? 0))
        let width = xs[bin + 1] - xs[bin], height = ys[bin + 1] - ys[bin], delta = height / width
        let (before, after, rise) = (slopes[bin], slopes[bin + 1], y - ys[bin])
        let q = rise * (before + after - 2 * delta)
        let a = q + height * (delta - before), b = height * before - q, c = -delta * rise
        let root = 2 * c / (-b - max(0, b * b - 4 * a * c).squareRoot())
        return root * width + xs[bin]
    }
}
