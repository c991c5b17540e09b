// What the caller hears: the assistant's speech on the caller's clock, as loud or silent every 10 ms.

/// Times are seconds from the start of the conversation, including the jitter buffer.
public struct Ear: Sendable {
    /// RMS of 10 ms above which the assistant is audible.
    public static let loudness: Float = 0.01
    private static let frame = Recording.rate / 100

    private let jitterSeconds: Double
    /// Samples played so far, including the initial silence.
    private var end = 0
    private var power: Float = 0
    /// One value per 10 ms.
    public private(set) var loud: [Bool] = []
    /// End of the last loud frame; nil before the first.
    public private(set) var lastLoud: Double?

    public init(jitterSeconds: Double = 0.02) { self.jitterSeconds = jitterSeconds }

    /// Start of the first loud 10 ms from `start` on.
    func firstLoud(from start: Double) -> Double? {
        let index = Int((start * 100 - 1e-6).rounded(.up))
        return index < loud.count ? loud[index...].firstIndex(of: true).map { Double($0) / 100 } : nil
    }

    /// Plays speech that arrives at `now`. Returns the samples of silence before it.
    @discardableResult
    public mutating func hear(_ pcm: [Float], at now: Double) -> Int {
        let late = Recording.silence(before: now, end: end, jitterSeconds: jitterSeconds)
        for _ in 0..<late { add(0) }
        for sample in pcm { add(sample) }
        return late
    }

    private mutating func add(_ sample: Float) {
        power += sample * sample
        end += 1
        guard end % Self.frame == 0 else { return }
        let isLoud = power > Self.loudness * Self.loudness * Float(Self.frame)
        loud.append(isLoud)
        if isLoud { lastLoud = Double(loud.count) / 100 }
        power = 0
    }
}
