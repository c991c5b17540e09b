// Line plots over a number, such as load.

internal import Foundation

extension Plot {
    private static let colours = [accent, "#1d4ed8", "#15803d", "#7e22ce", "#a16207", "#0f766e", "#be185d", faint]
    private static let left = 56.0, top = 54.0, width = 420.0, height = 200.0

    /// One line per series; `x` is logarithmic, with one step per doubling. `y` begins at 0.
    public static func lines(
        _ title: String, x xLabel: String, y yLabel: String,
        _ series: [(label: String, points: [(x: Double, y: Double)])]
    ) -> String {
        let all = series.flatMap(\.points).filter { $0.x > 0 && $0.y.isFinite }
        guard let least = all.map(\.x).min(), let most = all.map(\.x).max() else { return "" }
        let span = max(log2(most / least), 1), step = tick(max(all.map(\.y).max() ?? 0, 1e-9)), rows = ticks(all, step)
        func place(_ p: (x: Double, y: Double)) -> (x: Double, y: Double) {
            (left + width * log2(p.x / least) / span, top + height * (1 - max(0, p.y) / (step * Double(rows))))
        }
        var parts = grid(step, rows) + columns(Set(all.map(\.x)).sorted()) { place(($0, 0)).x }
        for (index, one) in series.enumerated() {
            let colour = colours[index % colours.count]
            let seen = one.points.filter { $0.x > 0 && $0.y.isFinite }.sorted { $0.x < $1.x }.map(place)
            let path = seen.enumerated().map { "\($0 == 0 ? "M" : "L")\(n($1.x)) \(n($1.y))" }.joined()
            parts.append("<path d=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.8\"/>")
            parts += seen.map { "<circle cx=\"\(n($0.x))\" cy=\"\(n($0.y))\" r=\"2.6\" fill=\"\(colour)\"/>" }
            let key = top + 12 + 18 * Double(index)
            parts.append(
                "<path d=\"M\(n(left + width + 16)) \(n(key - 4))h18\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            parts.append(text(left + width + 40, key, one.label))
        }
        parts.append(text(left + width / 2, top + height + 36, xLabel, colour: faint, anchor: "middle"))
        parts.append(text(left - 40, top - 8, yLabel, colour: faint))
        return svg(
            title, width: left + width + 190, height: max(top + height + 46, top + 18 * Double(series.count) + 10),
            parts)
    }

    /// A round step that divides `most` into at most five.
    private static func tick(_ most: Double) -> Double {
        let power = pow(10, floor(log10(most / 5)))
        return power * ([1, 2, 2.5, 5].first { $0 * power * 5 >= most } ?? 10)
    }

    private static func ticks(_ points: [(x: Double, y: Double)], _ step: Double) -> Int {
        max(1, Int(((points.map(\.y).max() ?? 0) / step - 1e-9).rounded(.up)))
    }

    private static func grid(_ step: Double, _ rows: Int) -> [String] {
        (0...rows).flatMap { row -> [String] in
            let y = top + height * (1 - Double(row) / Double(rows))
            let label = String(format: "%g", (step * Double(row) * 1000).rounded() / 1000)
            return [
                "<path d=\"M\(n(left)) \(n(y))h\(n(width))\" stroke=\"#e7e5e4\"/>",
                text(left - 8, y + 4, label, colour: faint, anchor: "end"),
            ]
        }
    }

    /// Labels the values where there is room.
    private static func columns(_ values: [Double], _ place: (Double) -> Double) -> [String] {
        var end = -Double.infinity
        return values.compactMap { value in
            let x = place(value)
            guard x - end > 28 else { return nil }
            end = x
            return text(x, top + height + 18, String(format: "%g", value), colour: faint, anchor: "middle")
        }
    }
}
