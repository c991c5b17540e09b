// What Piper's json says beside a voice's weights.

internal import Foundation
internal import Transformer

/// The fields of a Piper voice's json that matter here.
struct PiperConfig {
    /// Samples a second.
    var rate: Int
    /// Scales of the noise in the latents and in the durations, and the durations' factor.
    var noise: Float, durationNoise: Float, length: Float
    /// Ids by symbol, a code point each.
    var symbols: [Unicode.Scalar: [Int]]
    var speakers: Int
    /// Ids by a speaker's name.
    var speakerNames: [String: Int]
    /// The name of espeak-ng's voice, such as `en-us`: the language.
    var language: String

    private static let bytesMax = 4_000_000

    init(path: String) throws(ModelError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModelError("\(path) is missing: a Piper voice has its json beside its weights")
        }
        guard data.count <= Self.bytesMax, let json = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
            let audio = json["audio"] as? [String: Any], let rate = audio["sample_rate"] as? Int,
            let map = json["phoneme_id_map"] as? [String: [Int]]
        else { throw ModelError("\(path) is not the json of a Piper voice") }
        guard (8000...48000).contains(rate) else { throw ModelError("\(path): a sample rate of \(rate)") }
        self.rate = rate
        let inference = json["inference"] as? [String: Any] ?? [:]
        func scale(_ name: String, _ standard: Float) throws(ModelError) -> Float {
            let value = (inference[name] as? NSNumber)?.floatValue ?? standard
            guard value >= 0, value <= 10 else { throw ModelError("\(path): \(name) is \(value)") }
            return value
        }
        noise = try scale("noise_scale", 0.667)
        durationNoise = try scale("noise_w", 0.8)
        length = try scale("length_scale", 1)
        symbols = [:]
        for (text, ids) in map {
            let scalars = Array(text.unicodeScalars)
            guard ids.allSatisfy({ $0 >= 0 }) else { throw ModelError("\(path): the symbol \(text) has a negative id") }
            if scalars.count == 1 { symbols[scalars[0]] = ids }
        }
        guard symbols["^"] != nil, symbols["_"] != nil, symbols["$"] != nil else {
            throw ModelError("\(path) has no ids for ^, _ and $")
        }
        speakers = max(1, json["num_speakers"] as? Int ?? 1)
        speakerNames = json["speaker_id_map"] as? [String: Int] ?? [:]
        language = (json["espeak"] as? [String: Any])?["voice"] as? String ?? "unknown"
    }
}
