// Draws a recording as plain SVG: who spoke when, what was said, and how long each answer took.

internal import Foundation

public struct Timeline {
    let recording: Recording
    let title: String
    var pixelsPerSecond = 110.0

    private static let left = 92.0
    private static let laneHeight = 92.0
    private static let userColour = "#2563eb"
    private static let assistantColour = "#c2410c"

    private var seconds: Double {
        Double(max(recording.user.count, recording.assistant.count)) / Double(Recording.rate)
    }

    private func x(_ time: Double) -> Double { Self.left + time * pixelsPerSecond }

    public init(recording: Recording, title: String = "A conversation with Duet") {
        (self.recording, self.title) = (recording, title)
    }

    public var svg: String {
        let width = x(seconds) + 24, user = 84.0, assistant = user + Self.laneHeight + 64
        let height = assistant + Self.laneHeight + 78
        var out = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(n(width)) \(n(height))\" width=\"\(n(width))\" height=\"\(n(height))\" font-family=\"system-ui, sans-serif\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"#fbfbfa\"/>",
            text(20, 30, title, size: 16, colour: "#1c1917", weight: 600),
        ]
        out += axis(top: user - 12, bottom: assistant + Self.laneHeight + 12)
        out += lane("you", recording.user, recording.userSpans, recording.userWords, user, Self.userColour)
        out += lane(
            "Duet", recording.assistant, recording.assistantSpans, recording.assistantWords, assistant,
            Self.assistantColour)
        out += latencies(from: user + Self.laneHeight, to: assistant)
        out += interruptions(top: user - 8, bottom: assistant + Self.laneHeight + 8)
        return (out + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func axis(top: Double, bottom: Double) -> [String] {
        // A line per slice would be too dense: short ticks for slices, full lines for seconds.
        var out = (0...Int(seconds)).flatMap { second -> [String] in
            let at = n(x(Double(second)))
            return [
                "<line x1=\"\(at)\" y1=\"\(n(top))\" x2=\"\(at)\" y2=\"\(n(bottom))\" stroke=\"#e7e5e4\"/>",
                text(x(Double(second)), bottom + 30, "\(second) s", size: 11, colour: "#78716c", anchor: "middle"),
            ]
        }
        let slices = stride(from: recording.origin, to: seconds, by: 0.08).map { "M\(n(x($0))) \(n(bottom + 6))v5" }
            .joined()
        out.append("<path d=\"\(slices)\" stroke=\"#a8a29e\" stroke-width=\"0.8\"/>")
        out.append(text(Self.left - 12, bottom + 12, "slices", size: 10, colour: "#a8a29e", anchor: "end"))
        return out
    }

    private func lane(
        _ name: String, _ samples: [Float], _ spans: [Recording.Span], _ words: [Recording.Word], _ top: Double,
        _ colour: String
    ) -> [String] {
        let middle = top + Self.laneHeight / 2
        var out = [
            text(Self.left - 12, middle + 5, name, size: 14, colour: colour, anchor: "end", weight: 600),
            "<line x1=\"\(n(Self.left))\" y1=\"\(n(middle))\" x2=\"\(n(x(seconds)))\" y2=\"\(n(middle))\" stroke=\"\(colour)\" stroke-opacity=\"0.35\"/>",
        ]
        out += spans.map {
            "<rect x=\"\(n(x($0.start)))\" y=\"\(n(top))\" width=\"\(n(($0.end - $0.start) * pixelsPerSecond))\" height=\"\(n(Self.laneHeight))\" rx=\"6\" fill=\"\(colour)\" fill-opacity=\"0.07\"/>"
        }
        out.append("<path d=\"\(outline(samples, middle))\" fill=\"\(colour)\" fill-opacity=\"0.75\"/>")
        return out + labels(words, top, colour)
    }

    /// The waveform's envelope, one column per 1.5 pixels.
    private func outline(_ samples: [Float], _ middle: Double) -> String {
        let step = max(1, Int(1.5 / pixelsPerSecond * Double(Recording.rate)))
        let loudest = max(0.05, samples.map(abs).max() ?? 0)
        return stride(from: 0, to: samples.count, by: step).compactMap { at in
            let peak = samples[at..<min(at + step, samples.count)].map(abs).max() ?? 0
            let half = Double(peak / loudest) * (Self.laneHeight / 2 - 6)
            guard half > 0.4 else { return nil }
            return "M\(n(x(Double(at) / Double(Recording.rate)))) \(n(middle - half))h1.1v\(n(2 * half))h-1.1z"
        }.joined()
    }

    /// Words above their lane, on two lines where they would overlap.
    private func labels(_ words: [Recording.Word], _ top: Double, _ colour: String) -> [String] {
        var free = [-1.0, -1.0]
        return words.map { word in
            let at = x(word.time), width = Double(word.text.count) * 6.6 + 6
            let line = free[0] <= at ? 0 : free[1] <= at ? 1 : (free[0] <= free[1] ? 0 : 1)
            let place = max(at, free[line])
            free[line] = place + width
            return text(place, top - 7 - 14 * Double(line), word.text, size: 12, colour: colour)
        }
    }

    private func latencies(from top: Double, to bottom: Double) -> [String] {
        recording.latencies.flatMap { latency -> [String] in
            let a = x(latency.end), b = x(latency.end + latency.seconds), y = top + 13
            return [
                "<path d=\"M\(n(a)) \(n(top))V\(n(y + 5))M\(n(b)) \(n(y - 5))V\(n(bottom))M\(n(a)) \(n(y))H\(n(b))\" stroke=\"#15803d\" fill=\"none\" stroke-width=\"1.4\"/>",
                text(
                    b + 5, y + 4, "\(Int((latency.seconds * 1000).rounded())) ms", size: 11, colour: "#15803d",
                    weight: 600),
            ]
        }
    }

    private func interruptions(top: Double, bottom: Double) -> [String] {
        recording.interruptions.flatMap { time -> [String] in
            let at = x(time)
            return [
                "<line x1=\"\(n(at))\" y1=\"\(n(top))\" x2=\"\(n(at))\" y2=\"\(n(bottom))\" stroke=\"#b91c1c\" stroke-dasharray=\"4 3\"/>",
                text(
                    at + 4, bottom - 4, recording.wasInterrupted(at: time) ? "interrupted" : "broke off", size: 11,
                    colour: "#b91c1c", weight: 600),
            ]
        }
    }

    private func text(
        _ x: Double, _ y: Double, _ content: String, size: Int, colour: String, anchor: String = "start",
        weight: Int = 400
    ) -> String {
        let safe = content.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
        return
            "<text x=\"\(n(x))\" y=\"\(n(y))\" font-size=\"\(size)\" fill=\"\(colour)\" text-anchor=\"\(anchor)\" font-weight=\"\(weight)\">\(safe)</text>"
    }

    private func n(_ value: Double) -> String { String(format: "%.1f", value) }
}
