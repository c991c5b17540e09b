// A room's impulse response.

internal import Basics
internal import Glibc

/// Sparse, seeded reflections that decay, with energy 1. Sparse, so that an hour of audio is cheap.
struct Room: Sendable {
    private static let reflections = 120
    private let taps: [(delay: Int, gain: Float)]
    private var past: [Float]
    private var head = 0

    /// `seconds` is the time to decay by 60 dB; 0 leaves only the direct path.
    init(seconds: Double, random: inout Random) {
        let count = Int(seconds * Double(Recording.rate))
        var taps = [(delay: 0, gain: Float(1))]
        for _ in 0..<(count > 0 ? Self.reflections : 0) {
            let delay = random.below(count)
            let decay = Float(pow(10, -3 * Double(delay) / Double(count)))
            taps.append((delay, 0.3 * decay * (random.next() & 1 == 0 ? 1 : -1)))
        }
        let energy = taps.reduce(Float(0)) { $0 + $1.gain * $1.gain }.squareRoot()
        self.taps = taps.map { ($0.delay, $0.gain / energy) }
        past = Array(repeating: 0, count: max(1, count))
    }

    mutating func process(_ x: Float) -> Float {
        past[head] = x
        var y: Float = 0
        for (delay, gain) in taps {
            let at = head - delay
            y += gain * past[at < 0 ? at + past.count : at]
        }
        head = head + 1 == past.count ? 0 : head + 1
        return y
    }
}
