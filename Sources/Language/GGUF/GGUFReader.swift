// Reads a GGUF file's header, metadata and table of tensors, and checks every byte of them.

internal import Transformer

/// A position in a file. Every read is checked against the file's end.
struct GGUFReader {
    private let file: MappedFile
    private(set) var at = 0

    private static let dimensionsMax = 4
    /// Limit of the numbers in a tensor.
    private static let countMax = 1 << 40

    init(_ file: MappedFile, at: Int = 0) {
        self.file = file
        self.at = at
    }

    func fail(_ what: String) -> ModelError { ModelError("\(file.path) is not a sound GGUF file: \(what)") }

    // MARK: Values

    private mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(ModelError) -> Int {
        guard count <= file.bytes.count - at else { throw fail("\(what()) lies beyond its end") }
        defer { at += count }
        return at
    }

    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ what: @autoclosure () -> String
    ) throws(ModelError) -> T {
        let start = try take(MemoryLayout<T>.size, what())
        return T(littleEndian: file.bytes.loadUnaligned(fromByteOffset: start, as: T.self))
    }

    mutating func string(_ what: @autoclosure () -> String) throws(ModelError) -> String {
        let length = try read(UInt64.self, what())
        let start = try take(Int(clamping: length), what())
        guard let text = String(validating: file.bytes[start..<at], as: UTF8.self) else {
            throw fail("\(what()) is not UTF-8")
        }
        return text
    }

    /// A count of things that take at least `bytesMin` each.
    private mutating func count(of what: String, bytesMin: Int) throws(ModelError) -> Int {
        let count = try read(UInt64.self, "the number of \(what)")
        guard count <= UInt64((file.bytes.count - at) / bytesMin) else {
            throw fail("it is too short for its \(count) \(what)")
        }
        return Int(count)
    }

    mutating func value(_ type: GGUFValueType, _ key: String) throws(ModelError) -> GGUFValue {
        switch type {
        case .uint8: return .integer(Int(try read(UInt8.self, key)))
        case .int8: return .integer(Int(try read(Int8.self, key)))
        case .uint16: return .integer(Int(try read(UInt16.self, key)))
        case .int16: return .integer(Int(try read(Int16.self, key)))
        case .uint32: return .integer(Int(try read(UInt32.self, key)))
        case .int32: return .integer(Int(try read(Int32.self, key)))
        case .uint64:
            let value = try read(UInt64.self, key)
            return Int(exactly: value).map(GGUFValue.integer) ?? .large(value)
        case .int64: return .integer(Int(try read(Int64.self, key)))
        case .float32: return .float(Double(Float(bitPattern: try read(UInt32.self, key))))
        case .float64: return .float(Double(bitPattern: try read(UInt64.self, key)))
        case .bool:
            let value = try read(UInt8.self, key)
            guard value <= 1 else { throw fail("\(key) is neither true nor false") }
            return .bool(value == 1)
        case .string: return .string(try string(key))
        case .array: return try array(key)
        }
    }

    private mutating func array(_ key: String) throws(ModelError) -> GGUFValue {
        let type = try type(of: key)
        guard type != .array else { throw fail("\(key) is an array of arrays, which no model has") }
        let count = try count(of: "values of \(key)", bytesMin: type.width ?? 8)
        let start = at
        if let width = type.width, type != .bool {
            at += count * width
        } else {
            for _ in 0..<count { _ = try value(type, key) }
        }
        return .array(type, count: count, start: start)
    }

    private mutating func type(of key: String) throws(ModelError) -> GGUFValueType {
        let number = try read(UInt32.self, key)
        guard let type = GGUFValueType(rawValue: number) else { throw fail("\(key) has the unknown type \(number)") }
        return type
    }

    // MARK: Parts of the file

    mutating func header() throws(ModelError) -> (tensors: Int, keys: Int) {
        guard try read(UInt32.self, "the mark GGUF") == 0x4655_4747 else {
            throw ModelError("\(file.path) is not a GGUF file: it does not begin with GGUF")
        }
        let version = try read(UInt32.self, "its version")
        guard version & 0xffff != 0 else {
            throw ModelError("\(file.path) is a big-endian GGUF file, expected little endian")
        }
        guard (2...3).contains(version) else {
            throw ModelError("\(file.path) is a GGUF file of version \(version), expected 2 or 3")
        }
        // A tensor takes a name's length, a number of dimensions, one dimension, a type and an offset; a key its length, a type and a value.
        let tensors = try count(of: "tensors", bytesMin: 32), keys = try count(of: "keys", bytesMin: 13)
        return (tensors, keys)
    }

    mutating func metadata(count: Int) throws(ModelError) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for i in 0..<count {
            let key = try string("the name of key \(i)")
            let type = try type(of: key)
            guard metadata.updateValue(try value(type, key), forKey: key) == nil else {
                throw fail("it has \(key) twice")
            }
        }
        return metadata
    }

    mutating func tensors(count: Int, alignment: Int) throws(ModelError) -> [String: GGUFTensor] {
        var tensors: [GGUFTensor] = []
        for i in 0..<count { tensors.append(try tensor("the entry of tensor \(i)", alignment)) }
        // Offsets count from the first multiple of the alignment after the table.
        let start = (at + alignment - 1) / alignment * alignment
        var table: [String: GGUFTensor] = [:]
        for var tensor in tensors {
            let (end, overflow) = (start + tensor.byteCount).addingReportingOverflow(tensor.start)
            guard !overflow, end <= file.bytes.count else { throw fail("\(tensor.name) lies beyond its end") }
            tensor.start += start
            guard table.updateValue(tensor, forKey: tensor.name) == nil else {
                throw fail("it has \(tensor.name) twice")
            }
        }
        try checkOverlaps(table.values)
        return table
    }

    /// `start` of the result is the offset as it is in the table.
    private mutating func tensor(_ what: String, _ alignment: Int) throws(ModelError) -> GGUFTensor {
        let name = try string(what)
        let dimensionCount = try read(UInt32.self, what)
        guard (1...UInt32(Self.dimensionsMax)).contains(dimensionCount) else {
            throw fail("\(name) has \(dimensionCount) dimensions, expected 1 to \(Self.dimensionsMax)")
        }
        var dimensions: [Int] = [], product = 1
        for _ in 0..<dimensionCount {
            let size = Int(clamping: try read(UInt64.self, what))
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, next <= Self.countMax else { throw fail("\(name) has impossible dimensions") }
            dimensions.append(size)
            product = next
        }
        let type = try tensorType(of: name, try read(UInt32.self, what))
        guard dimensions[0].isMultiple(of: type.blockLength) else {
            throw fail(
                "\(name) has rows of \(dimensions[0]) numbers, which \(type) cannot divide into blocks of \(type.blockLength)"
            )
        }
        let offset = Int(clamping: try read(UInt64.self, what))
        guard offset.isMultiple(of: alignment) else { throw fail("\(name) is not aligned to \(alignment) bytes") }
        return GGUFTensor(name: name, type: type, dimensions: dimensions, file: file, start: offset)
    }

    private func tensorType(of name: String, _ number: UInt32) throws(ModelError) -> GGUFType {
        if let type = GGUFType(rawValue: number) { return type }
        let unknown = GGUFType.unsupported[number] ?? "type \(number)"
        let expected = GGUFType.allCases.map(\.description).joined(separator: ", ")
        throw ModelError("\(file.path): \(unknown) of \(name) is not supported, expected one of \(expected)")
    }

    private func checkOverlaps(_ tensors: some Sequence<GGUFTensor>) throws(ModelError) {
        var end = 0
        for tensor in tensors.sorted(by: { ($0.start, $0.name) < ($1.start, $1.name) }) {
            guard tensor.start >= end else { throw fail("\(tensor.name) and the tensor before it overlap") }
            end = tensor.start + tensor.byteCount
        }
    }
}
