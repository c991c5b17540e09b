// A model without weights.

public import Dialogue
public import Families
public import Kernels
internal import Simulation

/// The simulation's model, as if it had been loaded.
public struct FakeLoaded: LoadedModel {
    public init() {}

    public let bytesPerSession = 1024
    public let name = "fake"
    public let plan = FakeModel.standardPlan
    public let summary: [String] = []
    public let products: [ProductShape] = []
    public func instance(slots: Int) -> any Model { FakeModel(slots: slots) }
}

/// The simulation's model that recognises turns, as if it had been loaded. The words of a turn are how many tenths of a second of it are
/// loud.
public struct FakeLoadedCascade: LoadedModel {
    public init() {}

    public let bytesPerSession = 1024
    public let name = "fake-cascade"
    public let plan = FakeModel.standardPlan
    public let summary: [String] = []
    public let products: [ProductShape] = []
    public let needsMind = true
    public func instance(slots: Int) -> any Model { FakeCascade(slots: slots) }
    public func recogniser() throws -> (any TurnRecogniser)? { FakeRecogniser() }
    public func recogniserNanoseconds(samples: Int) -> Int64 { 50_000_000 }
}

/// Needs three steps for a turn, and has room for two.
public final class FakeRecogniser: TurnRecogniser {
    private var turns: [(text: String, steps: Int)?] = [nil, nil]
    /// Turns that were cancelled.
    public private(set) var cancelled = 0

    public init() {}

    public func begin(_ samples: [Float]) -> Int? {
        guard let place = turns.firstIndex(where: { $0 == nil }) else { return nil }
        let loud = samples.count { $0 > 0.01 }
        turns[place] = (loud == 0 ? "" : "\(loud / 1600) tenths", 3)
        return place
    }

    public func step() -> [(place: Int, text: String)] {
        turns.indices.compactMap { place in
            guard let turn = turns[place] else { return nil }
            turns[place] = turn.steps > 1 ? (turn.text, turn.steps - 1) : nil
            return turn.steps > 1 ? nil : (place, turn.text)
        }
    }

    public func cancel(_ place: Int) { (turns[place], cancelled) = (nil, cancelled + 1) }
}
