// Measures how much a decoded sound's spectrum differs from the original's.

internal import Audio
internal import Glibc
internal import Kernels

enum SpectralDifference {
    /// Maximum delay of `decoded` in samples: 25 ms.
    private static let delayMax = AudioFormat.clientRate / 40

    /// Root mean square in dB over the mel bands of all windows where `original` is louder than -50 dBFS.
    static func decibels(_ original: [Float], _ decoded: [Float]) -> Double {
        let delay = delay(original, decoded), mel = MelSpectrum(rate: AudioFormat.clientRate), window = mel.window
        var sum = 0.0, count = 0
        for start in stride(from: 0, to: min(original.count, decoded.count - delay) - window, by: window / 2) {
            let a = Array(original[start..<start + window]), b = Array(decoded[start + delay..<start + delay + window])
            guard a.reduce(0, { $0 + $1 * $1 }) / Float(window) > 1e-5 else { continue }
            for (x, y) in zip(spectrum(a, mel), spectrum(b, mel)) {
                // Undo the front end's scale, (ln(magnitude) + 4) / 3.
                let difference = Double(x - y) * 3 * 20 / log(10)
                sum += difference * difference
                count += 1
            }
        }
        return (sum / Double(max(1, count))).squareRoot()
    }

    /// The delay at which `decoded` correlates best with `original`.
    private static func delay(_ original: [Float], _ decoded: [Float]) -> Int {
        let count = min(original.count, decoded.count) - delayMax
        func likeness(_ delay: Int) -> Float {
            stride(from: 0, to: count, by: 3).reduce(0) { $0 + original[$1] * decoded[$1 + delay] }
        }
        return (0..<delayMax).map { (likeness($0), $0) }.max { $0.0 < $1.0 }!.1
    }

    private static func spectrum(_ samples: [Float], _ mel: MelSpectrum) -> [Float] {
        let scratch = Buffer(count: mel.scratch), bands = Buffer(count: MelSpectrum.bands),
            input = Buffer(samples)
        mel.apply(input.pointer, rows: 1, scratch: scratch.pointer, to: bands.pointer)
        return (0..<MelSpectrum.bands).map { bands.pointer[$0] }
    }
}
