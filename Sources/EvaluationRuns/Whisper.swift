// Whisper with full context, over many clips at once: the reference for ears, and a judge of voices.

internal import Basics
public import Evaluation
internal import Foundation
internal import Recognition
internal import Synchronization
internal import Transformer

/// Weights in a folder, as Scripts/fetch-weights lays them out.
public struct Whisper: Sendable {
    private let folder: String

    /// Nil where the weights are missing.
    public init?(folder: String) {
        guard FileManager.default.fileExists(atPath: folder + "/model.bin") else { return nil }
        self.folder = folder
    }

    /// What is said in each clip, alone. 16 kHz. Every core has a recogniser of its own.
    public func texts(of clips: [[Float]]) throws -> [String] {
        let texts = Mutex([String](repeating: "", count: clips.count)), failure = Mutex<ModelError?>(nil)
        let options = RecognizerOptions(), width = options.turnsMax
        let groups = stride(from: 0, to: clips.count, by: width).map { $0..<min(clips.count, $0 + width) }
        let threads = min(System.coreCount, max(1, groups.count)), next = Atomic<Int>(0)
        Parallel.run(count: threads, threads: threads) { _ in
            do {
                let recognizer = try Recognizer.load(folder, options: options)
                while case let index = next.add(1, ordering: .relaxed).oldValue, index < groups.count {
                    let found = recognizer.transcribe(Array(clips[groups[index]])).map(\.text)
                    texts.withLock { $0.replaceSubrange(groups[index], with: found) }
                }
            } catch { failure.withLock { $0 = error as? ModelError } }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return texts.withLock { $0 }
    }

    /// Adds to each turn of the suites that count words what Whisper hears in the same sound.
    public func refer(_ outcomes: [Outcome], studio: Studio) throws -> [Outcome] {
        var outcomes = outcomes, places: [(outcome: Int, row: Int)] = [], clips: [[Float]] = []
        for (i, outcome) in outcomes.enumerated() {
            for (j, row) in outcome.rows.enumerated() where row.suite.countsWords && !row.user.isEmpty {
                places.append((i, j))
                clips.append(try studio.microphone(outcome.scene, turn: row.turn))
            }
        }
        for (place, text) in zip(places, try texts(of: clips)) {
            outcomes[place.outcome].rows[place.row].reference = text
        }
        return outcomes
    }
}
