// safetensors files, mapped into memory and fully checked before use.

internal import Foundation
internal import Kernels

/// What is wrong with a model's files, in one sentence for the operator.
public struct ModelError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// A safetensors file: named tensors in F32, F16 or BF16. The mapping lives as long as this object.
public final class TensorFile: Sendable {
    private struct Entry {
        var format: FloatFormat
        var shape: [Int]
        var start: Int
        var end: Int
    }

    private let file: MappedFile
    private let entries: [String: Entry]
    /// The strings of the header's `__metadata__`.
    public let metadata: [String: String]

    /// Limit of the header's size, as in the format's reference implementation.
    private static let headerBytesMax = 100_000_000

    public init(path: String) throws(ModelError) {
        file = try MappedFile(path: path, bytesMin: 8)
        (entries, metadata) = try Self.parse(file.bytes, path)
    }

    public var names: [String] { entries.keys.sorted() }

    public func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// The tensor as float32, in row-major order. Throws if it is missing or has another shape.
    public func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let entry = entries[name] else { throw ModelError("\(file.path) has no tensor \(name)") }
        guard entry.shape == shape else {
            throw ModelError("\(file.path): \(name) has shape \(entry.shape), the config asks for \(shape)")
        }
        return entry.format.read(file.bytes.baseAddress! + entry.start, count: shape.reduce(1, *))
    }

    private static func parse(
        _ bytes: UnsafeRawBufferPointer, _ path: String
    ) throws(ModelError) -> ([String: Entry], [String: String]) {
        func fail(_ what: String) -> ModelError { ModelError("\(path) is not a sound safetensors file: \(what)") }
        let length = bytes.loadUnaligned(as: UInt64.self)
        guard length <= UInt64(min(bytes.count - 8, headerBytesMax)) else {
            throw fail("its header is longer than the file")
        }
        let header = Data(bytes[8..<8 + Int(length)])
        guard let table = try? JSONSerialization.jsonObject(with: header) as? [String: Any] else {
            throw fail("its header is not a JSON object")
        }
        var entries: [String: Entry] = [:]
        let start = 8 + Int(length)
        for (name, value) in table where name != "__metadata__" {
            guard let fields = value as? [String: Any], let type = fields["dtype"] as? String,
                let shape = fields["shape"] as? [Int], let offsets = fields["data_offsets"] as? [Int],
                offsets.count == 2
            else { throw fail("the entry of \(name) is incomplete") }
            guard let format = FloatFormat(rawValue: type) else {
                throw fail("\(name) has type \(type), expected F32, F16 or BF16")
            }
            guard shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }), offsets[0] >= 0, offsets[0] <= offsets[1],
                offsets[1] <= bytes.count - start
            else { throw fail("\(name) lies outside the file") }
            let (count, overflow) = shape.reduce((1, false)) { a, b in
                let (product, over) = a.0.multipliedReportingOverflow(by: b)
                return (product, a.1 || over)
            }
            guard !overflow, offsets[1] - offsets[0] == count &* format.width, count < 1 << 40 else {
                throw fail("\(name) does not fill its \(offsets[1] - offsets[0]) bytes")
            }
            entries[name] = Entry(format: format, shape: shape, start: start + offsets[0], end: start + offsets[1])
        }
        try check(entries, start: start, end: bytes.count, fail)
        return (entries, table["__metadata__"] as? [String: String] ?? [:])
    }

    /// Tensors must fill the file without overlaps or gaps.
    private static func check(
        _ entries: [String: Entry], start: Int, end: Int, _ fail: (String) -> ModelError
    ) throws(ModelError) {
        var at = start
        for (name, entry) in entries.sorted(by: { ($0.value.start, $0.value.end) < ($1.value.start, $1.value.end) }) {
            guard entry.start >= at else { throw fail("\(name) and the tensor before it overlap") }
            guard entry.start == at else { throw fail("\(entry.start - at) bytes before \(name) belong to no tensor") }
            at = entry.end
        }
        guard at == end else { throw fail("its last \(end - at) bytes belong to no tensor") }
    }
}
