// GGUF files, mapped into memory and fully checked before use.

public import Transformer

/// A GGUF file of version 2 or 3, little endian: typed metadata and named tensors (the format's specification is docs/gguf.md of
/// ggml). Whatever is wrong with a file is one `ModelError` that names it.
public final class GGUFFile: Sendable {
    public let path: String
    let mapping: MappedFile
    let metadata: [String: GGUFValue]
    private let tensors: [String: GGUFTensor]

    public init(path: String) throws(ModelError) {
        self.path = path
        mapping = try MappedFile(path: path)
        var reader = GGUFReader(mapping)
        let counts = try reader.header()
        metadata = try reader.metadata(count: counts.keys)
        tensors = try reader.tensors(count: counts.tensors, alignment: Self.alignment(metadata, path))
    }

    /// In alphabetical order.
    public var tensorNames: [String] { tensors.keys.sorted() }

    public func contains(tensor name: String) -> Bool { tensors[name] != nil }

    public func tensor(_ name: String) throws(ModelError) -> GGUFTensor {
        guard let tensor = tensors[name] else { throw ModelError("\(path) has no tensor \(name)") }
        return tensor
    }

    /// Tensors start at multiples of it. The default is 32 bytes.
    private static func alignment(_ metadata: [String: GGUFValue], _ path: String) throws(ModelError) -> Int {
        switch metadata["general.alignment"] {
        case nil: return 32
        case .integer(let bytes) where bytes > 0 && bytes <= 1 << 20 && bytes & (bytes - 1) == 0: return bytes
        default:
            throw ModelError("\(path) is not a sound GGUF file: general.alignment is not a power of two up to 1048576")
        }
    }
}
