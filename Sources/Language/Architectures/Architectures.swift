// All architectures that can be run. Each is one file of this folder and one line here.

internal import Transformer

enum Architectures {
    static let all: [Architecture] = [
        .llama,
        .qwen2,
        .qwen3,
    ]

    static func named(_ name: String, in path: String) throws(ModelError) -> Architecture {
        if let found = all.first(where: { $0.name == name }) { return found }
        let known = all.map(\.name).joined(separator: ", ")
        throw ModelError("\(path) holds a model of architecture \(name); supported are \(known)")
    }
}
