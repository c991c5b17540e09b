// Runs a loaded model on a virtual clock.

internal import Basics
public import Dialogue
public import Families
public import Simulation
internal import Switchboard

extension VirtualWorker {
    /// Sessions cannot be resumed: virtual connections are never lost. Words of turns come as late as on a server.
    public convenience init(loaded model: any LoadedModel, slots: Int, limits: Limits = Limits()) throws {
        var rules = Switchboard.Rules()
        (rules.modelName, rules.resumeSeconds) = (model.name, 0)
        try self.init(model: model.instance(slots: slots), limits: limits, rules: rules)
        guard let recogniser = try model.recogniser() else { return }
        let queue = TurnQueue<Slot>(recogniser)
        recognise = { [unowned self] slot, id, samples in
            queue.take(slot, id: id, samples: samples)
            let time = now.advanced(nanoseconds: model.recogniserNanoseconds(samples: samples.count))
            while queue.isBusy {
                for (slot, id, text) in queue.step() { deliver(text, of: id, to: slot, at: time) }
            }
        }
    }
}
