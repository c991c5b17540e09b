// The report as Markdown tables.

internal import Foundation

extension Report {
    public var markdown: String {
        var lines = goals.map { "| " + $0.joined(separator: " | ") + " |" }
        if !lines.isEmpty {
            lines.insert("|---|---|---|---|---|---|", at: 1)
            lines.append("")
        }
        lines += panelTables.flatMap(Self.table) + Self.table(panelComparison)
        lines += ["| figure | value | 95 % | n |", "|---|---|---|---|"]
        for section in sections {
            lines.append("| **\(section.heading)** | | | |")
            lines += section.figures.map {
                "| \($0.label(in: section.title)) | \($0.shown) | \($0.interval) | \($0.n) |"
            }
            if let note = section.note { lines.append("| \(note) | | | |") }
        }
        lines += failures.isEmpty ? [] : ["", "Broken off: " + failures.joined(separator: "; ")]
        return lines.joined(separator: "\n")
    }

    /// The first row is the header. Nothing for no rows.
    private static func table(_ rows: [[String]]) -> [String] {
        guard let head = rows.first else { return [] }
        let lines = rows.map { "| " + $0.joined(separator: " | ") + " |" }
        return [lines[0], "|" + String(repeating: "---|", count: head.count)] + lines.dropFirst() + [""]
    }
}

extension Figure {
    /// The figure's name without its suite, in words.
    func label(in section: String) -> String {
        let own = name.hasPrefix(section + ".") ? String(name.dropFirst(section.count + 1)) : name
        let parts = own.split(separator: ".", maxSplits: 2)
        // The last part comes from the script and is kept as it is.
        return (parts.prefix(2).map { String($0).replacing("-", with: " ") } + parts.dropFirst(2).map(String.init))
            .joined(separator: ", ")
    }

    /// The value with its unit.
    public var shown: String {
        guard let value else { return "–" }
        return switch unit {
        case .share, .errorRate: String(format: "%.1f %%", value * 100)
        case .difference: String(format: "%+.1f points", value * 100)
        case .seconds: String(format: "%.0f ms", value * 1000)
        case .perHour: String(format: "%.1f an hour", value)
        case .perMinute: String(format: "%.0f a minute", value)
        case .ratio: String(format: "%.2f", value)
        }
    }

    var interval: String {
        guard let low, let high else { return "" }
        return String(format: "%.1f to %.1f", low * 100, high * 100)
    }
}
