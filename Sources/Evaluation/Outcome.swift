// What is kept of a finished conversation: recordings of all of them would not fit in memory.

internal import Foundation

/// A judged conversation.
public struct Outcome: Sendable {
    /// Longer conversations are too wide to draw.
    private static let picturedSecondsMax = 75.0

    public var scene: Scene
    public var rows: [Row]
    public var answers: [SpokenAnswer]
    /// The timeline as SVG, if it is worth a look.
    public var picture: String?
    public var failure: String?

    public init(_ job: Job, _ log: TalkLog) {
        scene = job.scene
        failure = log.failure
        rows = log.failure == nil ? Judge(suite: job.suite, scene: job.scene, log: log).rows : []
        answers = [.turnTaking, .repeat, .peopleTurns].contains(job.suite) ? Self.answers(rows, log) : []
        guard job.picture == .always || job.picture == .whenBad && isBad, log.seconds <= Self.picturedSecondsMax
        else { return }
        picture = Timeline(recording: log.recording, title: scene.title).svg
    }

    /// Whether a person should look at the conversation.
    public var isBad: Bool { rows.contains(where: \.isBad) }

    private static func answers(_ rows: [Row], _ log: TalkLog) -> [SpokenAnswer] {
        zip(rows, log.turns).compactMap { row, turn in
            guard let latency = row.latency, !row.said.isEmpty else { return nil }
            let next = log.turns.first { $0.start > turn.start }?.start ?? log.seconds
            let onset = turn.end + latency, end = log.loudness.last(from: onset, to: next) ?? onset
            let audio = log.recording.assistant, rate = Double(Recording.rate)
            // Add some margin: words begin and end softly.
            let first = max(0, Int((onset - 0.05) * rate)), last = min(audio.count, Int((end + 0.1) * rate))
            guard first < last else { return nil }
            let origin = Int((log.recording.origin * rate).rounded()), slice = log.sliceSamples
            return SpokenAnswer(
                text: row.said, samples: Array(audio[first..<last]),
                sliceStart: (slice - (first - origin) % slice) % slice, sliceSamples: slice)
        }
    }
}

extension Scene {
    /// The title of a timeline.
    var title: String { "\(id), \(group)" + (condition.map { ", \($0)" } ?? "") }
}

extension Row {
    /// Whether the assistant made a mistake.
    public var isBad: Bool {
        right == false || talkedOn == false || pauseTakeOver == true || early || falseStarts > 0
            || selfInterruptions > 0
            || ([.stop, .interruption].contains(role) && wasTalking && !stoppedInTime)
    }
}
