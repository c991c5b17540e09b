// The report's web page: main figures, other systems' figures, plots, all figures, conversations.

internal import Foundation

extension Report {
    /// `pictures`: the timelines to show, with captions.
    public func html(pictures: [(name: String, svg: String)]) -> String {
        let timelines = pictures.map { "<p>\(HTML.safe($0.name))</p><div class=\"wide\">\($0.svg)</div>" }
        return """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>How \(HTML.safe(model)) converses</title>
            <style>\(HTML.style)</style><body>
            <h1>How \(HTML.safe(model)) converses</h1><p>\(HTML.safe(how))</p>
            \(cards)
            \(goals.isEmpty ? "" : "<h2>Reached and wanted</h2>" + HTML.table(goals, caption: "✗: what must be reached is not"))
            \(panelTables.isEmpty ? "" : "<h2>Both sides of the plane</h2>" + interaction)
            <h2>Beside other systems</h2>\(comparison)
            <h2>Pictures</h2>\(plots.map { "<div class=\"plot\">\($0)</div>" }.joined(separator: "\n"))
            <h2>All figures</h2><div class="columns">\(tables.joined(separator: "\n"))</div>
            \(failures.isEmpty ? "" : "<p>Broken off: \(HTML.safe(failures.joined(separator: "; ")))</p>")
            <h2>Conversations</h2>\(timelines.joined(separator: "\n"))
            </body></html>

            """
    }

    private var cards: String {
        let main = [
            ("turn-taking.right", "answered exactly right"), ("turn-taking.latency.median", "median response latency"),
            ("interruption.stop-latency.median", "median stop latency"),
            ("back-channel.talked-on", "talks on through “uh-huh”"),
            ("pause.take-over-before-end", "speaks into a hesitation"),
            ("output.word-error-rate", "of its words not understood"),
        ]
        let shown = main.compactMap { name, label in
            figure(name).map { "<div class=\"card\"><b>\($0.shown)</b><span>\(label), n \($0.n)</span></div>" }
        }
        return "<div class=\"cards\">\(shown.joined())</div>"
    }

    private var comparison: String {
        func share(_ value: Double?) -> String { value.map { String(format: "%.1f %%", $0 * 100) } ?? "–" }
        func time(_ value: Double?) -> String { value.map { String(format: "%.0f ms", $0 * 1000) } ?? "–" }
        let head = [
            "system", "speaks in pauses ↓", "talks on through “uh-huh” ↑", "takes its turn ↑", "after ↓",
            "answers interruptions ↑", "after ↓", "stops after ↓",
        ]
        let rows = ([Published.ours(self)] + Published.all).map {
            [
                $0.system, share($0.pause), share($0.talkedOn), share($0.turn), time($0.turnLatency),
                share($0.interruption), time($0.interruptionLatency), time($0.stop),
            ]
        }
        return HTML.table([head] + rows, caption: Published.source) + "<ul>"
            + Published.differences.map { "<li>\(HTML.safe($0))</li>" }.joined() + "</ul>"
    }

    private var interaction: String {
        "<p>τ-voice's interaction panel, SID-Bench's and eot-bench's measures, on these conversations.</p>"
            + panelTables.map { HTML.table($0) }.joined(separator: "\n")
            + planes.map { "<div class=\"plot\">\($0)</div>" }.joined(separator: "\n")
            + HTML.table(panelComparison, caption: PublishedPanel.source) + "<ul>"
            + PublishedPanel.differences.map { "<li>\(HTML.safe($0))</li>" }.joined() + "</ul>"
    }

    private var plots: [String] {
        let latencies = rows.filter { $0.suite == .turnTaking }.compactMap(\.latency)
        return [Plot.histogram("Response latency", seconds: latencies)]
            + [
                ("turn-taking.right.group.", "Exactly right, by voice"),
                ("turn-taking.right.kind.", "Exactly right, by kind of request"),
                ("degraded.right.condition.", "Exactly right, by what lies between microphone and server"),
                ("echo.right.condition.", "Exactly right, by loudness of its own echo"),
                ("memory.right.condition.", "What was told is still known"),
            ].compactMap { prefix, title in
                let bars = figures.filter { $0.name.hasPrefix(prefix) }
                guard !bars.isEmpty else { return nil }
                return Plot.bars(title, bars.map { (String($0.name.dropFirst(prefix.count)), $0) })
            }
    }

    private var tables: [String] {
        sections.map { section in
            HTML.table(
                [["figure", "value", "95 %", "n"]]
                    + section.figures.map { [$0.label(in: section.title), $0.shown, $0.interval, "\($0.n)"] },
                caption: section.heading
            ) + (section.note.map { "<p>\(HTML.safe($0))</p>" } ?? "")
        }
    }
}
