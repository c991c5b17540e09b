// `duet replay`: runs a worker's recording again, and tells slice by slice what was heard, decided and said.

internal import ArgumentParser
internal import Basics
internal import Dialogue
internal import Families
internal import Foundation
internal import Kernels
internal import Service
internal import Switchboard

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a recording of `duet serve --record` again, to the same samples and decisions.",
        discussion: """
            Prints what happened in each session, slice by slice, and ends with 0 where all of it is what it was. The model, its \
            precision and the kernels must be those of the recording.
            """)

    @Argument(help: "The recording of one worker.") var file: String
    @Option(help: "Directory of the model. The default is the one that was recorded.") var model: String?
    @Option(help: "Only the session in this slot is printed.") var slot: Int?
    @Flag(help: "Print nothing but the result.") var quiet = false

    func run() throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ValidationError("\(file) cannot be read")
        }
        do {
            let tape = try TapeReader(Array(data)), setup = try TapeSetup(tape.header)
            let loaded = try ModelFamilies.load(
                ModelPath.find(model ?? setup.model), weights: setup.weights, cache: setup.cache)
            guard KernelTable.use(setup.kernels, openBLAS: setup.isOnOpenBLAS) else {
                throw TapeError("this machine does not have the kernels that it was made with: \(setup.kernels)")
            }
            let replay = try TapeReplay(
                tape, model: loaded.instance(slots: setup.slots), limits: setup.limits, rules: setup.rules)
            let words = loaded.instance(slots: 1)
            let clock = loaded.plan.sliceClock
            try play(replay, ReplayTranscript(slot: slot, isQuiet: quiet, clock: clock, text: words.text))
        } catch let error as TapeError { throw ValidationError("\(file): \(error)") }
    }

    private func play(_ replay: TapeReplay, _ transcript: ReplayTranscript) throws {
        replay.witness = transcript.tell
        var entries = 0
        while try replay.step() { entries += 1 }
        print("\(entries) entries, \(String(format: "%.2f", replay.seconds)) s: all as it was")
    }
}
