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
