// Recordings of people, fetched to a folder: WAV files are read, others converted by sox.

internal import Basics
internal import Foundation

/// A recording that cannot be had.
public struct RecordingError: Error, CustomStringConvertible {
    public let description: String
}

/// Reads excerpts.
public struct Recordings: Sendable {
    static let packages = "sox libsox-fmt-base"
    private let folder: String
    /// Holds converted files.
    private let cache: String

    /// `cache`: nil for a folder in the user's caches.
    public init(folder: String, cache: String? = nil) throws {
        let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        self.folder = folder
        self.cache = cache ?? (caches?.path ?? NSTemporaryDirectory()) + "/duet-recordings"
        try FileManager.default.createDirectory(atPath: self.cache, withIntermediateDirectories: true)
    }

    /// Why the recordings of a conversation cannot be had; nil if they can.
    public func problem(_ scene: Scene) -> String? {
        for excerpt in scene.turns.compactMap(\.excerpt) {
            guard FileManager.default.fileExists(atPath: path(excerpt)) else {
                return
                    "\(path(excerpt)) is missing: Scripts/setup eval fetches recordings, or name their folder with --recordings"
            }
            guard excerpt.isWAV || Program.isInstalled("sox") else {
                return "\(excerpt.file) needs apt-get install \(Self.packages)"
            }
        }
        return nil
    }

    /// The conversations of suites whose recordings are all there, and a sentence about each of the other suites.
    public func present(_ jobs: [Job]) -> (jobs: [Job], skipped: [String]) {
        var missing: [Suite: String] = [:]
        for job in jobs where missing[job.suite] == nil { missing[job.suite] = problem(job.scene) }
        let skipped = missing.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            "\($0.key.rawValue) is skipped: \($0.value)"
        }
        return (jobs.filter { missing[$0.suite] == nil }, skipped)
    }

    /// 16-kHz samples without surrounding silence, at the recording's level.
    public func speech(_ excerpt: Excerpt) throws -> [Float] {
        let all = try WAV.samples(path: excerpt.isWAV ? path(excerpt) : converted(excerpt))
        func index(_ seconds: Double) -> Int { min(all.count, Int(seconds * Double(Recording.rate))) }
        let first = index(excerpt.from ?? 0), last = excerpt.to.map(index) ?? all.count
        guard first < last else {
            throw RecordingError(description: "\(excerpt.file) is not as long as the script says")
        }
        return Signal.trim(Array(all[first..<last]))
    }

    private func path(_ excerpt: Excerpt) -> String { folder + "/" + excerpt.file }

    /// The path of a WAV file with the same sound. Writes to a temporary file and renames it, as `Voices` does.
    private func converted(_ excerpt: Excerpt) throws -> String {
        let source = path(excerpt)
        var fingerprint = Fingerprint()
        fingerprint.add(source)
        let target = "\(cache)/\(String(format: "%016llx", fingerprint.value)).wav"
        guard !FileManager.default.fileExists(atPath: target) else { return target }
        let draft = "\(cache)/\(UUID().uuidString).wav"
        // Without dither, the samples are the same every time.
        guard try Program.run(["sox", "-D", source, "-b", "16", "-c", "1", draft]).status == 0 else {
            throw RecordingError(description: "sox cannot read \(source)")
        }
        _ = rename(draft, target)
        return target
    }
}

extension Excerpt {
    var isWAV: Bool { file.hasSuffix(".wav") }
}
