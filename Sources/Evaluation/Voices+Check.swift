// Checks in advance that a script's voices are installed: both synthesizers silently replace a missing voice.

internal import Foundation

extension Voices {
    /// Throws one sentence if a synthesizer or voice that `scenes` need is missing.
    public static func check(_ scenes: [Scene]) throws {
        for synthesizer in Voice.Synthesizer.allCases {
            let voices = scenes.compactMap(\.voice) + scenes.flatMap(\.turns).compactMap(\.speaker.voice)
            let names = Set(voices.filter { $0.synthesizer == synthesizer }.map(\.name))
            guard !names.isEmpty else { continue }
            let program = synthesizer.rawValue
            guard Program.isInstalled(program) else {
                throw VoiceError(description: "\(program) is not installed: run apt-get install \(program)")
            }
            let known = try known(synthesizer)
            if let name = names.sorted().first(where: { !known.includes($0) }) {
                throw VoiceError(description: "\(program) has no voice \(name)")
            }
        }
    }

    /// The voices, and the variants that may follow a "+".
    private struct Known {
        var voices: Set<String>
        var variants: Set<String> = []

        func includes(_ name: String) -> Bool {
            let parts = name.split(separator: "+", maxSplits: 1).map(String.init)
            return voices.contains(parts[0]) && (parts.count == 1 || variants.contains("!v/" + parts[1]))
        }
    }

    private static func known(_ synthesizer: Voice.Synthesizer) throws -> Known {
        func words(_ command: [String]) throws -> Set<String> {
            Set(try Program.run(command).output.split(whereSeparator: \.isWhitespace).map(String.init))
        }
        return switch synthesizer {
        case .flite: Known(voices: try words(["flite", "-lv"]))
        case .espeak:
            Known(
                voices: try words(["espeak-ng", "--voices"]),
                variants: try words(["espeak-ng", "--voices=variant"]))
        }
    }
}
