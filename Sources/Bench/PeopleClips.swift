// Recordings of people as what the clients of a load say.

public import ArgumentParser
internal import Evaluation
internal import Foundation

/// Utterances of an evaluation's conversations, without noise.
public struct PeopleClips: ParsableArguments {
    @Option(
        help: "File of conversations whose recordings of people are spoken in turn: Models/duet-1/conversations.json.")
    var people: String?
    @Option(help: "Folder of people's recordings (Scripts/setup eval).") var recordings = ".weights"
    @Option(parsing: .unconditional, help: "Recordings that are spoken in turn, 1 to 500.") var clips = 12

    /// The longest clip; what is longer is left out.
    private static let secondsMax = 6.0

    public init() {}

    public func validate() throws {
        guard (1...500).contains(clips) else { throw ValidationError("--clips must be 1 to 500") }
    }

    /// The samples and words of the first that there are, each once.
    func load() throws -> [(samples: [Float], text: String)] {
        let recordings = try Recordings(folder: recordings)
        let scenes = try Script(path: people!).suites[.peopleTurns, default: []].filter { $0.channel == nil }
        var seen: Set<Excerpt> = [], found: [(samples: [Float], text: String)] = []
        for scene in scenes {
            if let problem = recordings.problem(scene) { throw ValidationError(problem) }
            for turn in scene.turns where found.count < clips {
                guard let excerpt = turn.excerpt, let text = turn.text, seen.insert(excerpt).inserted else { continue }
                let samples = try recordings.speech(excerpt)
                if Double(samples.count) < Self.secondsMax * Double(Recording.rate) { found.append((samples, text)) }
            }
        }
        guard !found.isEmpty else { throw ValidationError("\(people!) has no recordings of people's turns") }
        return found
    }
}
