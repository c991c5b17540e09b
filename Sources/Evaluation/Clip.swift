// A clip that the caller plays into the microphone, with an optional hesitation.

/// 16-kHz samples at their final level.
public struct Clip: Sendable {
    public var samples: [Float]
    /// The hesitation, in seconds from the clip's start.
    public var pause: Recording.Span?

    public init(_ samples: [Float], pause: Recording.Span? = nil) { (self.samples, self.pause) = (samples, pause) }

    public var seconds: Double { Double(samples.count) / Double(Recording.rate) }

    /// Silences of at least 100 ms within the clip, where 10 ms have less than 2 % of the loudest 10 ms' amplitude.
    var silences: [Recording.Span] {
        let isLoud = Signal.loudFrames(samples)
        var spans: [Recording.Span] = [], last = isLoud.firstIndex(of: true) ?? 0
        for i in isLoud.indices where isLoud[i] {
            if i - last > 10 { spans.append(Recording.Span(start: Double(last + 1) / 100, end: Double(i) / 100)) }
            last = i
        }
        return spans
    }

    /// Inserts silence at the quietest 20 ms near the hesitation's place.
    func hesitating(_ hesitation: SceneTurn.Hesitation) -> Clip {
        let frame = Recording.rate / 50
        func power(_ start: Int) -> Float { samples[start..<start + frame].reduce(0) { $0 + $1 * $1 } }
        // Search a tenth of the clip on either side.
        let places = stride(from: 0, to: max(0, samples.count - frame), by: frame / 2).filter {
            abs(Double($0) / Double(samples.count) - hesitation.at) < 0.1
        }
        guard let quietest = places.min(by: { (power($0), $0) < (power($1), $1) }) else { return self }
        let cut = quietest + frame / 2, silence = Int(hesitation.seconds * Double(Recording.rate))
        let start = Double(cut) / Double(Recording.rate)
        return Clip(
            Array(samples[..<cut]) + Array(repeating: 0, count: silence) + Array(samples[cut...]),
            pause: Recording.Span(start: start, end: start + hesitation.seconds))
    }
}
