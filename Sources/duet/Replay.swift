// `duet replay`: runs a worker's recording again and prints what was heard, decided and said in each slice.

internal import ArgumentParser
internal import Basics
internal import Callers
internal import Dialogue
internal import Evaluation
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
    @Option(parsing: .unconditional, help: "Only the session in this slot is printed.") var slot: Int?
    @Flag(help: "Print nothing but the result.") var quiet = false

    func validate() throws {
        guard slot ?? 0 >= 0 else { throw ValidationError("--slot must be 0 or more") }
    }

    func run() throws {
        let (tape, setup) = try read()
        let loaded = try ModelFamilies.load(
            ModelPath.find(model ?? setup.model), weights: setup.weights, cache: setup.cache)
        guard KernelTable.use(setup.kernels, openBLAS: setup.isOnOpenBLAS) else {
            throw CommandError(
                .unavailable, "\(file): this machine does not have the kernels that it was made with: \(setup.kernels)")
        }
        do {
            let replay = try TapeReplay(
                tape, model: loaded.instance(slots: setup.slots), limits: setup.limits, rules: setup.rules)
            let clock = loaded.plan.sliceClock
            try play(replay, ReplayTranscript(slot: slot, isQuiet: quiet, clock: clock))
        } catch let error as TapeError {
            FileHandle.standardError.write(Data("\(file): \(error)\n".utf8))
            throw ExitCode.failure
        }
    }

    private func read() throws -> (TapeReader, TapeSetup) {
        if let why = FileTrouble.readProblem(file) { throw CommandError(.input, why) }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandError(.input, "\(file) cannot be read")
        }
        do {
            let tape = try TapeReader(Array(data))
            return (tape, try TapeSetup(tape.header))
        } catch { throw CommandError(.input, "\(file): \(error)") }
    }

    private func play(_ replay: TapeReplay, _ transcript: ReplayTranscript) throws {
        replay.witness = transcript.show
        var entries = 0
        while try replay.step() { entries += 1 }
        let seconds = String(format: "%.2f s", replay.seconds)
        print(
            replay.isCutOff
                ? "\(entries) entries, cut off at \(seconds); until there all as it was"
                : "\(entries) entries, \(seconds): all as it was")
    }
}
