// The pulses of the small voice: the source of voiced sounds.

internal import Glibc

/// Pulses of one stream, made frame by frame. The phase advances with the pitch, which is linear between the centres of frames; a pulse
/// stands where it passes a whole number.
struct SmallPulses {
    private struct Pulse {
        /// In samples from the clause's start.
        var time: Double
        var strength: Float
    }

    /// Frames after one whose pulses its window still reaches.
    static let framesAhead = 2
    private static let rate = 16_000.0, hop = 160.0

    private var pulses: [Pulse] = []
    private var phase = 0.0
    private var frames = 0
    private var lastPitch = 0.0, wasVoiced = false

    /// The next frame's pitch in Hz, and whether it is voiced. Pulses reach to its centre.
    mutating func add(pitch: Double, isVoiced: Bool) {
        let isFirst = frames == 0, low = isFirst ? pitch : lastPitch
        let begin = isFirst ? 0 : Self.hop * (Double(frames) - 0.5), count = isFirst ? Self.hop / 2 : Self.hop
        let step = (pitch - low) / Self.hop, border = Self.hop * Double(frames)
        let advance = (low * count + step * count * count / 2) / Self.rate
        while phase + advance >= 1 {
            let need = (1 - phase) * Self.rate
            let t = abs(step) < 1e-9 ? need / low : ((low * low + 2 * step * need).squareRoot() - low) / step
            if begin + t >= border ? isVoiced : wasVoiced {
                let strength = (Self.rate / (low + step * t)).squareRoot()
                pulses.append(Pulse(time: begin + t, strength: Float(strength)))
            }
            phase -= 1
        }
        phase += advance
        (lastPitch, wasVoiced) = (pitch, isVoiced)
        frames += 1
    }

    /// Forgets pulses before the window of `frame`.
    mutating func drop(before frame: Int) {
        let start = Double(frame) * Self.hop - 240
        pulses.removeFirst(pulses.firstIndex { $0.time >= start } ?? pulses.count)
    }

    /// The spectrum of the pulses in the window of `frame`, under a Hann window of 640 samples: real parts, then imaginary ones [2 · bins]. No pulses,
    /// no spectrum: false.
    func spectrum(_ frame: Int, bins: Int, to target: UnsafeMutablePointer<Float>) -> Bool {
        let window = 640.0, start = Double(frame) * Self.hop - 240
        var isEmpty = true
        for pulse in pulses where pulse.time >= start && pulse.time < start + window {
            if isEmpty { target.update(repeating: 0, count: 2 * bins) }
            isEmpty = false
            let turn = 2 * Double.pi * (pulse.time - start) / window
            Self.add(turn, pulse.strength * Float(0.5 - 0.5 * cos(turn)), bins, target)
        }
        return !isEmpty
    }

    /// strength · e^(-i · turn · bin) for each bin, eight at a time.
    private static func add(_ turn: Double, _ strength: Float, _ bins: Int, _ target: UnsafeMutablePointer<Float>) {
        var real = SIMD8<Float>(), imaginary = SIMD8<Float>()
        for i in 0..<8 {
            real[i] = strength * Float(cos(turn * Double(i)))
            imaginary[i] = -strength * Float(sin(turn * Double(i)))
        }
        let (c, s) = (Float(cos(8 * turn)), Float(-sin(8 * turn)))
        for first in stride(from: 0, to: bins, by: 8) {
            for i in 0..<min(8, bins - first) {
                target[first + i] += real[i]
                target[bins + first + i] += imaginary[i]
            }
            (real, imaginary) = (real * c - imaginary * s, real * s + imaginary * c)
        }
    }
}
