// The weights of the floor's network, from the file that Scripts/training/floor.py exports.

internal import Kernels
public import Transformer

/// Immutable and shared by all sessions.
public struct FloorWeights: Sendable {
    /// Of ear rows, and of everything else, before the memory.
    let ear, rest: Linear
    let memory: [GatedLayer]
    let output: Linear
    /// The thresholds that were chosen for these weights.
    public let rule: FloorRule

    /// Reads `floor.safetensors`. Throws if the file is not sound, or is no floor's.
    public static func load(_ path: String) throws(ModelError) -> FloorWeights { try FloorWeights(path) }

    private init(_ path: String) throws(ModelError) {
        let file = try TensorFile(path: path)
        func outputs(_ name: String) throws(ModelError) -> Int {
            guard let shape = file.shape(of: name + ".weight"), shape.count == 2, shape[0] > 0 else {
                throw ModelError("\(path) is no floor's: it has no matrix \(name).weight")
            }
            return shape[0]
        }
        func linear(_ name: String, _ inputs: Int, _ outputs: Int) throws(ModelError) -> Linear {
            Linear(
                weights: try file.floats(name + ".weight", shape: [outputs, inputs]),
                bias: try file.floats(name + ".bias", shape: [outputs]), inputs: inputs, outputs: outputs)
        }
        ear = try linear("ear", FloorShape.earFloats, try outputs("ear"))
        rest = try linear("rest", FloorShape.restFloats, try outputs("rest"))
        guard let width = file.shape(of: "memory.weight_hh_l0")?.last, width > 0 else {
            throw ModelError("\(path) is no floor's: it has no matrix memory.weight_hh_l0")
        }
        let layers = file.names.count { $0.hasPrefix("memory.weight_hh_l") }
        var memory: [GatedLayer] = []
        for layer in 0..<layers {
            let inputs = layer == 0 ? ear.outputs + rest.outputs : width
            memory.append(try GatedLayer(file, layer: layer, inputs: inputs, width: width))
        }
        self.memory = memory
        output = try linear("output", width, FloorShape.outputs)
        rule = try FloorRule(metadata: file.metadata, path: path)
    }

    /// Numbers of the memory's state in a layer.
    var width: Int { memory[0].width }
}
