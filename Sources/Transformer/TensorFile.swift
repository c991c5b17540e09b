// safetensors files, mapped and checked before anything is read.

internal import Foundation
internal import Glibc

/// What is wrong with a model's file. One sentence for the operator.
public struct ModelError: Error, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}

/// A safetensors file: named tensors of F32, F16 or BF16. The mapping lives as long as this object.
public final class TensorFile {
    private struct Entry {
        var type: String
        var shape: [Int]
        var start: Int
        var end: Int
    }

    private let path: String
    private let base: UnsafeRawPointer
    private let size: Int
    private let entries: [String: Entry]

    /// Header sizes above this are refused, as the format's reference does.
    private static let headerBytesMax = 100_000_000

    public init(path: String) throws(ModelError) {
        self.path = path
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw ModelError("\(path) cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_size >= 8 else {
            throw ModelError("\(path) is not a safetensors file: too short")
        }
        size = Int(status.st_size)
        guard let map = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0), map != MAP_FAILED else {
            throw ModelError("\(path) cannot be mapped: \(String(cString: strerror(errno)))")
        }
        base = UnsafeRawPointer(map)
        do {
            entries = try Self.parse(UnsafeRawBufferPointer(start: base, count: size), path)
        } catch {
            munmap(map, size)
            throw error
        }
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: base), size) }

    public var names: [String] { entries.keys.sorted() }

    public func shape(of name: String) -> [Int]? { entries[name]?.shape }

    /// The tensor as float32, in row-major order. Throws when it is missing or not of `shape`.
    public func floats(_ name: String, shape: [Int]) throws(ModelError) -> [Float] {
        guard let entry = entries[name] else { throw ModelError("\(path) has no tensor \(name)") }
        guard entry.shape == shape else {
            throw ModelError("\(path): \(name) has shape \(entry.shape), the config asks for \(shape)")
        }
        let count = shape.reduce(1, *), bytes = base + entry.start
        return switch entry.type {
        case "F32": (0..<count).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
        case "BF16":
            (0..<count).map {
                Float(bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) << 16)
            }
        default: (0..<count).map { Self.half(bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self)) }
        }
    }

    /// IEEE 754 binary16.
    static func half(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16, exponent = UInt32(bits >> 10 & 31), fraction = UInt32(bits & 1023)
        switch exponent {
        case 0: return (sign == 0 ? 1 : -1) * Float(fraction) * 0x1p-24
        case 31: return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    private static func parse(_ bytes: UnsafeRawBufferPointer, _ path: String) throws(ModelError) -> [String: Entry] {
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
            guard let width = ["F32": 4, "F16": 2, "BF16": 2][type] else {
                throw fail("\(name) has type \(type), expected F32, F16 or BF16")
            }
            guard shape.allSatisfy({ $0 >= 0 && $0 < 1 << 40 }), offsets[0] >= 0, offsets[0] <= offsets[1],
                offsets[1] <= bytes.count - start
            else { throw fail("\(name) lies outside the file") }
            let (count, overflow) = shape.reduce((1, false)) { a, b in
                let (product, over) = a.0.multipliedReportingOverflow(by: b)
                return (product, a.1 || over)
            }
            guard !overflow, offsets[1] - offsets[0] == count &* width, count < 1 << 40 else {
                throw fail("\(name) does not fill its \(offsets[1] - offsets[0]) bytes")
            }
            entries[name] = Entry(type: type, shape: shape, start: start + offsets[0], end: start + offsets[1])
        }
        let ordered = entries.sorted { ($0.value.start, $0.value.end) < ($1.value.start, $1.value.end) }
        for (a, b) in zip(ordered, ordered.dropFirst()) where a.value.end > b.value.start {
            throw fail("\(a.key) and \(b.key) overlap")
        }
        return entries
    }
}
