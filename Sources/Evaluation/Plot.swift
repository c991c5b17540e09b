// Plain SVG plots: bars with uncertainty, histograms and lines (Plot+Lines.swift).

internal import Foundation

/// One picture of figures.
public enum Plot {
    static let accent = "#c2410c"
    static let pale = "#fed7aa"
    static let ink = "#1c1917"
    static let faint = "#78716c"

    /// One horizontal bar per share, with its 95 % interval and n.
    static func bars(_ title: String, _ figures: [(label: String, figure: Figure)]) -> String {
        let left = 170.0, width = 380.0, step = 24.0
        let rows = figures.enumerated().map { index, item -> String in
            let y = 46 + Double(index) * step, value = item.figure.value ?? 0
            let low = left + width * (item.figure.low ?? value), high = left + width * (item.figure.high ?? value)
            return text(left - 8, y + 13, item.label, anchor: "end")
                + "<rect x=\"\(left)\" y=\"\(n(y))\" width=\"\(n(width * value))\" height=\"16\" rx=\"2\" fill=\"\(pale)\"/>"
                + "<path d=\"M\(n(low)) \(n(y + 8))H\(n(high))M\(n(low)) \(n(y + 4))v8M\(n(high)) \(n(y + 4))v8\" stroke=\"\(accent)\"/>"
                + text(left + width + 12, y + 13, "\(item.figure.shown), n \(item.figure.n)", colour: faint)
        }
        return svg(title, width: left + width + 130, height: 60 + Double(figures.count) * step, rows)
    }

    /// Counts latencies in bins of 40 ms.
    static func histogram(_ title: String, seconds values: [Double]) -> String {
        let step = 0.04, left = 48.0, height = 150.0
        guard let least = values.min(), let most = values.max() else { return "" }
        let first = Int((max(-1, least) / step).rounded(.down)), last = Int((min(3, most) / step).rounded(.down))
        var counts = [Int](repeating: 0, count: last - first + 1)
        for value in values { counts[min(max(Int((value / step).rounded(.down)), first), last) - first] += 1 }
        let top = Double(counts.max() ?? 1), base = 40 + height, column = min(40, 640 / Double(counts.count))
        let ticks = counts.count < 20 ? 1 : 5
        let columns = counts.enumerated().map { index, count -> String in
            let x = left + Double(index) * column, tall = height * Double(count) / top
            let bin = first + index, tick = bin % ticks == 0 ? text(x, base + 16, "\(bin * 40)", anchor: "middle") : ""
            return
                "<rect x=\"\(n(x))\" y=\"\(n(base - tall))\" width=\"\(n(column - 2))\" height=\"\(n(tall))\" fill=\"\(accent)\"/>"
                + tick
        }
        let width = max(360, left + Double(counts.count) * column + 90)
        let axis =
            text(left, base + 34, "milliseconds after the end of the user's turn", colour: faint)
            + text(left - 8, 48, "\(Int(top))", colour: faint, anchor: "end")
            + "<path d=\"M\(left) \(n(base))H\(n(left + Double(counts.count) * column))\" stroke=\"\(faint)\"/>"
        return svg(title, width: width, height: base + 46, columns + [axis])
    }

    static func svg(_ title: String, width: Double, height: Double, _ parts: [String]) -> String {
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(width)) \(n(height))\" width=\"\(n(width))\" height=\"\(n(height))\" font-family=\"system-ui, sans-serif\">"
            + text(8, 22, title, colour: ink, size: 14, weight: 600) + parts.joined(separator: "\n") + "</svg>"
    }

    static func text(
        _ x: Double, _ y: Double, _ content: String, colour: String = ink, anchor: String = "start", size: Int = 12,
        weight: Int = 400
    ) -> String {
        "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(size)\" fill=\"\(colour)\" text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">\(HTML.safe(content))</text>"
    }

    static func n(_ value: Double) -> String { String(format: "%.1f", value) }
}
