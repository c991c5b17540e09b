// Sounds that ask for nothing: a reply to one is a mistake.

internal import Basics
internal import Glibc

/// Generates sounds, the same for the same seed.
enum Disturbance {
    /// `seconds` of `sound`, at an arbitrary level. The reversed and the distant voice say `speech`.
    static func make(_ sound: SceneTurn.Sound, seconds: Double, speech: [Float], random: inout Random) -> [Float] {
        let count = max(1, Int(seconds * Double(Recording.rate)))
        switch sound {
        case .noise: return faded((0..<count).map { _ in random.normal() })
        case .reversed: return Array(speech.reversed().prefix(count))
        case .music: return faded(music(count, &random))
        case .door: return door(count, &random)
        case .farSpeech: return farAway(Array(speech.prefix(count)), &random)
        case .cough: return faded(cough(count, &random))
        case .throat: return faded(throat(count, &random))
        }
    }

    /// Fades both ends over 10 ms to avoid clicks.
    private static func faded(_ samples: [Float]) -> [Float] {
        let ramp = Recording.rate / 100, last = samples.count - 1
        return samples.indices.map { samples[$0] * min(1, Float(min($0, last - $0)) / Float(ramp)) }
    }

    /// Plucked notes from a pentatonic scale, four per second with three partials each.
    private static func music(_ count: Int, _ random: inout Random) -> [Float] {
        let scale = [0, 2, 4, 7, 9, 12, 14, 16], note = Recording.rate / 4
        var out = [Float](repeating: 0, count: count)
        for start in stride(from: 0, to: count, by: note) {
            let pitch = 220 * pow(2, Double(scale[random.below(scale.count)]) / 12)
            for i in start..<min(count, start + 2 * note) {
                let t = Double(i - start) / Double(Recording.rate)
                let tone = (1...3).reduce(0.0) { $0 + sin(2 * .pi * pitch * Double($1) * t) / Double($1 * $1) }
                out[i] += Float(tone * exp(-6 * t))
            }
        }
        return out
    }

    /// Two knocks: noise through a wooden resonance that decays within 60 ms.
    private static func door(_ count: Int, _ random: inout Random) -> [Float] {
        let rate = Double(Recording.rate)
        var out = [Float](repeating: 0, count: count), resonance = Biquad.resonance(hertz: 160, q: 2)
        for i in 0..<count {
            let since = (Double(i) / rate).truncatingRemainder(dividingBy: 0.35)
            let burst = Double(i) / rate < 0.7 ? exp(-since / 0.015) : 0
            out[i] = resonance.process(random.normal() * Float(burst))
        }
        return out
    }

    /// Bursts of breath through the vocal tract, a third of a second each: an opening without voice, then a hoarse tail.
    private static func cough(_ count: Int, _ random: inout Random) -> [Float] {
        let rate = Double(Recording.rate), bursts = max(1, (Double(count) / rate / 0.33).rounded(.down))
        var tract = [700.0, 1500, 2600].map {
            Biquad.resonance(hertz: $0 * (0.9 + 0.2 * Double(random.uniform())), q: 3)
        }
        let length = Double(count) / rate / bursts
        return (0..<count).map { i in
            let t = (Double(i) / rate).truncatingRemainder(dividingBy: length)
            let shape = min(1, t / 0.004) * (exp(-t / 0.05) + 0.25 * exp(-t / 0.15))
            let breath = random.normal() * Float(shape)
            return tract.indices.reduce(Float(0)) { $0 + tract[$1].process(breath) }
        }
    }

    /// Irregular pulses of some 60 Hz through the vocal tract, with breath between.
    private static func throat(_ count: Int, _ random: inout Random) -> [Float] {
        var tract = [450.0, 1100, 2300].map { Biquad.resonance(hertz: $0, q: 4) }, next = 0
        return (0..<count).map { i in
            var pulse = random.normal() * 0.05
            if i >= next {
                pulse += 1
                next = i + Int(Double(Recording.rate) / (60 * (0.8 + 0.4 * Double(random.uniform()))))
            }
            return tract.indices.reduce(Float(0)) { $0 + tract[$1].process(pulse) }
        }
    }

    /// A voice from the next room: muffled and mostly reverberation.
    private static func farAway(_ speech: [Float], _ random: inout Random) -> [Float] {
        var dull = [Biquad.lowPass(hertz: 1800, q: 0.707), Biquad.highPass(hertz: 150, q: 0.707)]
        var room = Room(seconds: 0.5, random: &random)
        return speech.map { sample in
            room.process(dull.indices.reduce(sample) { dull[$1].process($0) })
        }
    }
}
