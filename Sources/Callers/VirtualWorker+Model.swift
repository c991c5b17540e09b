// A loaded model on a virtual clock.

public import Dialogue
public import Families
public import Simulation
internal import Switchboard

extension VirtualWorker {
    /// Sessions cannot be resumed: who talks on a virtual clock loses no connection.
    public convenience init(loaded model: any LoadedModel, slots: Int, limits: Limits = Limits()) throws {
        var rules = Switchboard.Rules()
        (rules.modelName, rules.resumeSeconds) = (model.name, 0)
        try self.init(model: model.instance(slots: slots), limits: limits, rules: rules)
    }
}
