// Weights in the format of CTranslate2.

internal import Basics
internal import Kernels
internal import Transformer

/// A `model.bin` of CTranslate2, binary version 6 (its `src/models/model.cc`), mapped: named arrays, and other names for them.
///
///     version u32, name of the specification, revision u32, count u32
///     per array: name, rank u8, dimensions u32, type u8, bytes u32, data
///     count u32, then per alias: its name, the array's name
///
/// A name is a u16 with its length, then that many bytes, the last of which is NUL. Everything is little-endian.
final class CTranslate2File: Sendable {
    /// The number that stands for each type of numbers.
    enum Kind: UInt8 {
        case float32, int8, int16, int32, float16, bfloat16

        var width: Int {
            switch self {
            case .int8: 1
            case .int16, .float16, .bfloat16: 2
            case .float32, .int32: 4
            }
        }

        /// nil for integers.
        var format: FloatFormat? {
            switch self {
            case .float32: .float32
            case .float16: .float16
            case .bfloat16: .bfloat16
            case .int8, .int16, .int32: nil
            }
        }
    }

    private struct Entry {
        var kind: Kind
        var shape: [Int]
        var start: Int
    }

    static let version = 6
    private static let arraysMax = 1 << 16, rankMax = 8

    private let file: MappedFile
    private let entries: [String: Entry]
    /// Of the network, such as `WhisperSpec`.
    let specification: String
    var path: String { file.path }

    init(path: String) throws(ModelError) {
        file = try MappedFile(path: path)
        var reader = ByteReader(file.bytes, path: path)
        let version = try reader.int32()
        guard version == Self.version else {
            throw ModelError("\(path) has CTranslate2's format \(version), expected \(Self.version)")
        }
        specification = try reader.name()
        _ = try reader.int32()
        var entries: [String: Entry] = [:]
        for _ in 0..<(try reader.count(max: Self.arraysMax)) {
            let name = try reader.name()
            entries[name] = try Self.entry(&reader, name)
        }
        for _ in 0..<(reader.isAtEnd ? 0 : try reader.count(max: Self.arraysMax)) {
            let alias = try reader.name(), name = try reader.name()
            guard let entry = entries[name] else {
                throw ModelError("\(path): \(alias) stands for the missing \(name)")
            }
            entries[alias] = entry
        }
        self.entries = entries
    }

    private static func entry(_ reader: inout ByteReader, _ name: String) throws(ModelError) -> Entry {
        let rank = try reader.byte()
        guard rank <= rankMax else { throw ModelError("\(reader.path): \(name) has \(rank) dimensions") }
        var shape: [Int] = [], count = 1
        for _ in 0..<rank {
            let size = try reader.int32()
            shape.append(size)
            let (product, overflows) = count.multipliedReportingOverflow(by: size)
            guard !overflows else { throw ModelError("\(reader.path): \(name) has the shape \(shape)") }
            count = product
        }
        let number = try reader.byte(), bytes = try reader.int32()
        guard let kind = Kind(rawValue: UInt8(number)) else {
            throw ModelError("\(reader.path): \(name) has the unknown type \(number)")
        }
        guard count <= bytes, count * kind.width == bytes else {
            throw ModelError("\(reader.path): \(name) has \(bytes) bytes for the shape \(shape)")
        }
        return Entry(kind: kind, shape: shape, start: try reader.skip(bytes))
    }

    func contains(_ name: String) -> Bool { entries[name] != nil }

    func shape(of name: String) throws(ModelError) -> [Int] { try entry(name).shape }

    private func entry(_ name: String) throws(ModelError) -> Entry {
        guard let entry = entries[name] else { throw ModelError("\(path) has no \(name)") }
        return entry
    }

    /// The numbers of an array of this shape.
    func floats(_ name: String, _ shape: Int...) throws(ModelError) -> [Float] {
        let (entry, format) = try checked(name, shape)
        return format.read(file.bytes.baseAddress! + entry.start, count: shape.reduce(1, *))
    }

    /// A table whose rows are read from the mapping as they are needed.
    func table(_ name: String, rows: Int, width: Int) throws(ModelError) -> NumberTable {
        let (entry, format) = try checked(name, [rows, width])
        return NumberTable(file: file, start: entry.start, rows: rows, width: width, format: format)
    }

    private func checked(_ name: String, _ shape: [Int]) throws(ModelError) -> (Entry, FloatFormat) {
        let entry = try entry(name)
        guard let format = entry.kind.format else {
            throw ModelError(
                "\(path): \(name) is in \(entry.kind), which is not supported; convert the model to float16")
        }
        guard entry.shape == shape else {
            throw ModelError("\(path): \(name) has the shape \(entry.shape), expected \(shape)")
        }
        return (entry, format)
    }

    /// An integer of any width; nil if there is none of this name.
    func int(ifPresent name: String) throws(ModelError) -> Int? {
        guard let entry = entries[name] else { return nil }
        let at = file.bytes.baseAddress! + entry.start
        guard entry.shape.isEmpty else {
            throw ModelError("\(path): \(name) has the shape \(entry.shape), expected one number")
        }
        switch entry.kind {
        case .int8: return Int(at.loadUnaligned(as: Int8.self))
        case .int16: return Int(at.loadUnaligned(as: Int16.self))
        case .int32: return Int(at.loadUnaligned(as: Int32.self))
        case .float32, .float16, .bfloat16: throw ModelError("\(path): \(name) is no integer")
        }
    }
}
