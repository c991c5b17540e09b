// Runs a loaded model on a virtual clock.

public import Dialogue
public import Families
public import Simulation
internal import Switchboard

extension VirtualWorker {
    /// Sessions cannot be resumed: virtual connections are never lost.
    public convenience init(loaded model: any LoadedModel, slots: Int, limits: Limits = Limits()) throws {
        var rules = Switchboard.Rules()
        (rules.modelName, rules.resumeSeconds) = (model.name, 0)
        try self.init(model: model.instance(slots: slots), limits: limits, rules: rules)
    }
}
