// Speaks texts with Debian's synthesizers and caches the clips in a folder.

internal import Basics
internal import Foundation

/// A failure of a synthesizer.
public struct VoiceError: Error, CustomStringConvertible {
    public let description: String
}

/// Runs flite and espeak-ng as programs.
public struct Voices: Sendable {
    /// Change this when the cached clips would come out differently.
    private static let version = "1"
    private let folder: String

    /// Caches clips in `folder`; nil: a folder in the user's caches.
    public init(folder: String? = nil) throws {
        let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        self.folder = folder ?? (caches?.path ?? NSTemporaryDirectory()) + "/duet-voices"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
    }

    /// `text` without surrounding silence, at the synthesizer's level. 16 kHz.
    public func speech(_ text: String, _ voice: Voice) throws -> [Float] {
        let path = folder + "/" + name(text, voice) + ".wav"
        if !FileManager.default.fileExists(atPath: path) { try synthesize(text, voice, to: path) }
        let samples = try Signal.trim(WAV.samples(path: path))
        guard samples.count > Recording.rate / 20 else {
            throw VoiceError(description: "\(voice.synthesizer.rawValue) \(voice.name) said nothing for \"\(text)\"")
        }
        return samples
    }

    private func name(_ text: String, _ voice: Voice) -> String {
        var fingerprint = Fingerprint()
        for part in [Self.version] + Self.command(text, voice, path: "") { fingerprint.add(part) }
        return String(format: "%016llx", fingerprint.value)
    }

    /// Writes to a temporary file and renames it, so that two writers of the same clip do not collide.
    private func synthesize(_ text: String, _ voice: Voice, to path: String) throws {
        let draft = path + "." + UUID().uuidString + ".wav"
        let command = Self.command(text, voice, path: draft)
        guard try Program.run(command).status == 0, FileManager.default.fileExists(atPath: draft) else {
            throw VoiceError(description: "\(command[0]) could not speak in the voice \(voice.name)")
        }
        _ = rename(draft, path)
    }

    static func command(_ text: String, _ voice: Voice, path: String) -> [String] {
        switch voice.synthesizer {
        case .flite:
            ["flite", "-voice", voice.name, "--setf", "duration_stretch=\(voice.stretch ?? 1)", "-t", text, "-o", path]
        case .espeak:
            [
                "espeak-ng", "-m", "-v", voice.name, "-p", "\(voice.pitch ?? 50)", "-s", "\(voice.rate ?? 170)",
                // The command line has no option for the range, whose normal value is 50 of 100.
                "-w", path, "<prosody range=\"\((voice.range ?? 50) * 2)%\">\(text)</prosody>",
            ]
        }
    }
}
