// Makes a scene's clips: voices and sounds at their levels.

internal import Basics

/// Turns texts into microphone audio.
public struct Studio: Sendable {
    private let voices: Voices
    private let recordings: Recordings?
    private let seed: UInt64

    public init(voices: Voices, recordings: Recordings? = nil, seed: UInt64) {
        (self.voices, self.recordings, self.seed) = (voices, recordings, seed)
    }

    /// A caller that is ready to talk.
    public func caller(_ scene: Scene) throws -> Caller {
        try Caller(scene, clips: clips(scene), seed: seed)
    }

    /// The turn's voice, at an arbitrary level.
    private func speech(_ text: String, _ turn: SceneTurn, _ scene: Scene) throws -> [Float] {
        if let excerpt = turn.excerpt {
            guard let recordings else { throw RecordingError(description: "there is no folder of recordings") }
            return try recordings.speech(excerpt)
        }
        guard let voice = turn.speaker.voice ?? scene.voice else {
            throw VoiceError(description: "nobody says \"\(text)\"")
        }
        return try voices.speech(text, voice)
    }

    /// The sound that reaches the server when turn `index` of `scene` is made in silence.
    public func microphone(_ scene: Scene, turn index: Int) throws -> [Float] {
        guard let clip = try clips(scene)[index] else { return [] }
        var channel = try Channel(scene, seed: seed)
        let packets = clip.samples.count / Caller.packetSamples + 1
        return try (0..<packets).flatMap { packet in
            let first = packet * Caller.packetSamples
            let voice = clip.samples[
                min(first, clip.samples.count)..<min(first + Caller.packetSamples, clip.samples.count)]
            return try channel.pass(voice + [Float](repeating: 0, count: Caller.packetSamples - voice.count))
        }
    }

    /// One clip per turn; nil for a wait.
    func clips(_ scene: Scene) throws -> [Clip?] {
        try scene.turns.enumerated().map { index, turn in
            switch turn.act {
            case .wait: return nil
            case .say(let text, let hesitation):
                let speech = try speech(text, turn, scene)
                let carried = turn.speaker.carried(speech, random: Random("\(scene.id)/\(index)", seed: seed))
                let clip = Clip(Signal.level(carried, turn.speaker.level ?? scene.level))
                return hesitation.map { clip.hesitating($0) } ?? clip
            case .sound(let sound, let seconds, let level, let text):
                var random = Random("\(scene.id)/\(index)", seed: seed)
                let speech = try text.map { try self.speech($0, turn, scene) } ?? []
                let samples = Disturbance.make(sound, seconds: seconds, speech: speech, random: &random)
                return Clip(Signal.level(samples, level ?? scene.level))
            }
        }
    }
}
