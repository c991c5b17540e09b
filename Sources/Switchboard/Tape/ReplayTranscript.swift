// Prints what happened in a recorded session, line by line.

public import Basics
public import Dialogue
internal import Foundation

/// Prints a line for each engine action.
public struct ReplayTranscript {
    private let slot: Int?
    private let isQuiet: Bool
    private let clock: SliceClock

    /// `slot`: the only one to print; nil for all. `clock`: the model's.
    public init(slot: Int?, isQuiet: Bool, clock: SliceClock) {
        (self.slot, self.isQuiet, self.clock) = (slot, isQuiet, clock)
    }

    public func show(_ action: EngineAction) {
        guard !isQuiet, slot == nil || slot == action.slot.index, let what = what(action) else { return }
        print("slot \(action.slot.index).\(action.slot.generation)  \(what)")
    }

    private func what(_ action: EngineAction) -> String? {
        func at(_ time: SampleTime) -> String {
            String(format: "%8.2f s  ", Double(clock.milliseconds(at: time)) / 1000)
        }
        switch action {
        case .opened: return "opened"
        case .closed: return "closed"
        case .audio(_, _, let time, let speech): return speech ? at(time) + "speech" : nil
        case .userText(_, let text, let time): return at(time) + "user:\(text)"
        case .userGuess(_, let text, let time): return at(time) + "user so far: \(text)"
        case .userEnd(_, let time): return at(time) + "the user's turn is over"
        case .assistantText(_, let text, let time): return at(time) + "assistant:\(text)"
        case .assistantEnd(_, let time): return at(time) + "the answer is complete"
        case .speaking(_, let time): return at(time) + "begins to speak"
        case .turnTimes(_, let times, let time): return at(time) + "\(times)"
        case .listening(_, let time): return at(time) + "listens"
        case .interrupted(_, let time): return at(time) + "is interrupted"
        case .overrun(_, let samples): return "\(samples) samples of input were dropped: they came too fast"
        case .skipped(_, let samples, _, let time):
            return at(time) + "\(samples) samples were skipped: the server was late"
        case .userTyped(_, let text, let time): return at(time) + "user types: \(text)"
        case .recognise(_, let id, let samples):
            return "the words of \(clock.milliseconds(samples: samples.count)) ms are wanted (\(id))"
        case .mind(_, let request): return "the mind is asked: \(request)"
        case .call(_, let call, let time): return at(time) + "calls \(call.name) \(call.arguments)"
        case .mindSilent: return "the mind has nothing to say"
        case .mindFailed(_, let failure): return "the mind failed: \(failure.message)"
        case .unknownResult(_, let result): return "a result for no tool that runs: \(result.id)"
        case .missing(_, let samples): return "\(samples) samples of input were missing: silence stands for them"
        }
    }
}
