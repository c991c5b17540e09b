// When the assistant was audible.

/// Whether each 10 ms was loud.
public struct Loudness: Sendable {
    public var frames: [Bool]

    public init(_ frames: [Bool]) { self.frames = frames }

    private func range(_ start: Double, _ end: Double) -> Range<Int> {
        let first = min(max(0, Int((start * 100 - 1e-6).rounded(.up))), frames.count)
        return first..<max(first, min(frames.count, Int((end * 100 - 1e-6).rounded(.up))))
    }

    /// Start of the first loud 10 ms in [start, end).
    public func first(from start: Double, to end: Double = .infinity) -> Double? {
        range(start, min(end, 1e9)).first { frames[$0] }.map { Double($0) / 100 }
    }

    /// End of the last loud 10 ms in [start, end).
    public func last(from start: Double, to end: Double = .infinity) -> Double? {
        range(start, min(end, 1e9)).last { frames[$0] }.map { Double($0 + 1) / 100 }
    }

    /// Loud stretches that begin in [start, end). Stretches less than `pause` seconds apart are merged.
    public func spans(from start: Double, to end: Double, pause: Double) -> [Recording.Span] {
        var spans: [Recording.Span] = []
        for i in range(start, end) where frames[i] {
            let time = Double(i) / 100
            if let last = spans.last, time - last.end < pause {
                spans[spans.count - 1].end = time + 0.01
            } else {
                spans.append(Recording.Span(start: time, end: time + 0.01))
            }
        }
        return spans
    }
}
