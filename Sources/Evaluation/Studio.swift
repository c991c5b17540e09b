// Makes a scene's clips: voices and sounds at their levels.

internal import Basics

/// Turns texts into microphone audio.
public struct Studio: Sendable {
    private let voices: Voices
    private let seed: UInt64

    public init(voices: Voices, seed: UInt64) { (self.voices, self.seed) = (voices, seed) }

    /// A caller that is ready to talk.
    public func caller(_ scene: Scene) throws -> Caller {
        try Caller(scene, clips: clips(scene), seed: seed)
    }

    /// One clip per turn; nil for a wait.
    func clips(_ scene: Scene) throws -> [Clip?] {
        try scene.turns.enumerated().map { index, turn in
            switch turn.act {
            case .wait: return nil
            case .say(let text, let hesitation):
                let speech = try voices.speech(text, turn.speaker.voice ?? scene.voice)
                let carried = turn.speaker.carried(speech, random: Random("\(scene.id)/\(index)", seed: seed))
                let clip = Clip(Signal.level(carried, turn.speaker.level ?? scene.level))
                return hesitation.map { clip.hesitating($0) } ?? clip
            case .sound(let sound, let seconds, let level, let text):
                var random = Random("\(scene.id)/\(index)", seed: seed)
                let speech = try text.map { try voices.speech($0, turn.speaker.voice ?? scene.voice) } ?? []
                let samples = Disturbance.make(sound, seconds: seconds, speech: speech, random: &random)
                return Clip(Signal.level(samples, level ?? scene.level))
            }
        }
    }
}
