// Changes the sample rate of a stream, chunk by chunk.

internal import Glibc

/// A polyphase windowed-sinc resampler. Its delay is half its length, at most 2 ms. The output does not depend on how the input
/// is split into chunks.
public struct Resampler: Sendable {
    /// Zero crossings on each side of the centre.
    private static let crossings = 16

    private let up: Int
    private let down: Int
    private let taps: Int
    /// [up, taps]: the filter of each output phase.
    private let filters: [Float]
    private var history: [Float]
    /// Position of the next output sample, in input samples times `up`, from the start of `history`.
    private var position: Int

    public init(from source: Int, to target: Int) {
        var (a, b) = (source, target)
        while b != 0 { (a, b) = (b, a % b) }
        up = target / a
        down = source / a
        let stretch = max(1, Double(down) / Double(up))
        let taps = 2 * Int((Double(Self.crossings) * stretch).rounded(.up)), up = up
        // Slightly below the lower Nyquist frequency, so that the transition band aliases little.
        let cutoff = 0.94 / stretch
        var filters = [Float](repeating: 0, count: up * taps)
        for phase in 0..<up {
            let weights = (0..<taps).map { tap -> Double in
                let x = Double(tap - taps / 2) + 1 - Double(phase) / Double(up)
                let window = 0.5 + 0.5 * cos(Double.pi * x / (Double(taps) / 2))
                let sinc = x == 0 ? 1 : sin(Double.pi * cutoff * x) / (Double.pi * cutoff * x)
                return abs(x) >= Double(taps) / 2 ? 0 : window * sinc
            }
            let sum = weights.reduce(0, +)
            for tap in 0..<taps { filters[phase * taps + tap] = Float(weights[tap] / sum) }
        }
        self.taps = taps
        self.filters = filters
        history = Array(repeating: 0, count: taps - 1)
        position = 0
    }

    /// Appends `input` to the stream; returns the output that it completes.
    public mutating func process(_ input: [Float]) -> [Float] {
        if up == down { return input }
        history.append(contentsOf: input)
        var output: [Float] = []
        output.reserveCapacity(input.count * up / down + 2)
        history.withUnsafeBufferPointer { history in
            filters.withUnsafeBufferPointer { filters in
                while position / up + taps <= history.count {
                    let first = history.baseAddress! + position / up
                    output.append(Self.product(first, filters.baseAddress! + position % up * taps, taps))
                    position += down
                }
            }
        }
        let used = min(position / up, history.count)
        history.removeFirst(used)
        position -= used * up
        return output
    }
    /// Sums eight lanes at a time, in an order that depends only on `count`.
    private static func product(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
        typealias Lanes = SIMD8<Float>
        let (x, y) = (UnsafeRawPointer(x), UnsafeRawPointer(y)), whole = count / Lanes.scalarCount
        var sums = Lanes.zero, rest: Float = 0
        for i in 0..<whole {
            let at = i * MemoryLayout<Lanes>.size
            sums +=
                x.loadUnaligned(fromByteOffset: at, as: Lanes.self)
                * y.loadUnaligned(fromByteOffset: at, as: Lanes.self)
        }
        for i in whole * Lanes.scalarCount..<count {
            rest += x.load(fromByteOffset: 4 * i, as: Float.self) * y.load(fromByteOffset: 4 * i, as: Float.self)
        }
        return sums.sum() + rest
    }
}
