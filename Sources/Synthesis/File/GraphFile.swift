// ONNX files: the weights, and which node reads which. No node is run.

internal import Transformer

/// The initializers and the named nodes of an ONNX file (onnx.proto, IR versions 3 and later), mapped into memory. Convolutions are found
/// by the module path that PyTorch's exporter puts into the names of their nodes: weights that were folded have names without
/// meaning. Whatever is wrong is one `ModelError` that names the file.
final class GraphFile {
    let path: String
    /// The tensors lie in it.
    private let file: MappedFile
    private var tensors: [String: GraphTensor] = [:]
    /// By module path, such as `dec/conv_pre`: convolutions and look-ups of embeddings.
    private(set) var nodes: [String: GraphNode] = [:]

    /// Initializers and nodes of one file; real voices have about 3000.
    private static let partsMax = 100_000

    init(path: String) throws(ModelError) {
        self.path = path
        file = try MappedFile(path: path)
        do { try read() } catch { throw ModelError("\(path) is not a sound ONNX file: \(error)") }
    }

    private func read() throws(ModelError) {
        var model = WireReader(file.bytes), hasGraph = false
        while let (field, value) = try model.next() {
            // ModelProto.graph
            if field == 7, case .bytes(let graph) = value {
                hasGraph = true
                try readGraph(graph)
            }
        }
        guard hasGraph, !tensors.isEmpty else { throw ModelError("it has no weights") }
    }

    /// GraphProto: nodes are field 1, initializers field 5.
    private func readGraph(_ graph: UnsafeRawBufferPointer) throws(ModelError) {
        var reader = WireReader(graph), parts = 0
        while let (field, value) = try reader.next() {
            guard field == 1 || field == 5, case .bytes(let bytes) = value else { continue }
            parts += 1
            guard parts <= Self.partsMax else {
                throw ModelError("it has more than \(Self.partsMax) nodes and weights")
            }
            if field == 1 {
                keep(try GraphNode(bytes))
            } else {
                let tensor = try GraphTensor(bytes)
                tensors[tensor.name] = tensor
            }
        }
    }

    private func keep(_ node: GraphNode) {
        guard ["Conv", "ConvTranspose", "Gather"].contains(node.kind) else { return }
        var path = node.name.split(separator: "/")
        if path.last == Substring(node.kind) { path.removeLast() }
        nodes[path.joined(separator: "/")] = node
    }

    func contains(_ name: String) -> Bool { tensors[name] != nil }

    func shape(_ name: String) throws(ModelError) -> [Int] {
        guard let tensor = tensors[name] else { throw ModelError("\(path) has no weights \(name)") }
        return tensor.shape
    }

    /// The numbers of an initializer. Throws if it is missing or, where `shape` is given, has another one.
    func floats(_ name: String, shape: [Int]? = nil) throws(ModelError) -> [Float] {
        guard let tensor = tensors[name] else { throw ModelError("\(path) has no weights \(name)") }
        guard shape == nil || shape == tensor.shape else {
            throw ModelError("\(path): \(name) has shape \(tensor.shape), expected \(shape!)")
        }
        do { return try tensor.floats() } catch { throw ModelError("\(path): \(error)") }
    }

    /// The embedding that the look-up `module` reads, and its shape [count, width].
    func embedding(_ module: String) throws(ModelError) -> (values: [Float], count: Int, width: Int) {
        guard let name = nodes[module]?.inputs.first else { throw ModelError("\(path) has no \(module)") }
        let shape = try shape(name)
        guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
            throw ModelError("\(path): \(module) has shape \(shape)")
        }
        return (try floats(name), shape[0], shape[1])
    }
}
