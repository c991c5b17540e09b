// Typed access to a GGUF file's metadata.

public import Transformer

/// Each throws where the key is missing or of another type; with `ifPresent`, a missing key is nil.
extension GGUFFile {
    public func string(_ key: String) throws(ModelError) -> String { try present(key, try string(ifPresent: key)) }
    /// Of any width, signed or not.
    public func int(_ key: String) throws(ModelError) -> Int { try present(key, try int(ifPresent: key)) }
    /// float32, or float64 rounded to it.
    public func float(_ key: String) throws(ModelError) -> Float { try present(key, try float(ifPresent: key)) }
    public func bool(_ key: String) throws(ModelError) -> Bool { try present(key, try bool(ifPresent: key)) }
    public func strings(_ key: String) throws(ModelError) -> [String] { try present(key, try strings(ifPresent: key)) }
    /// Of any width, signed or not, or truth values as 0 and 1.
    public func ints(_ key: String) throws(ModelError) -> [Int] { try present(key, try ints(ifPresent: key)) }
    public func floats(_ key: String) throws(ModelError) -> [Float] { try present(key, try floats(ifPresent: key)) }

    public func string(ifPresent key: String) throws(ModelError) -> String? {
        switch metadata[key] {
        case .string(let text): return text
        case let other: return try missing(key, other, "a string")
        }
    }

    public func int(ifPresent key: String) throws(ModelError) -> Int? {
        switch metadata[key] {
        case .integer(let number): return number
        case let other: return try missing(key, other, "an integer")
        }
    }

    public func float(ifPresent key: String) throws(ModelError) -> Float? {
        switch metadata[key] {
        case .float(let number): return Float(number)
        case let other: return try missing(key, other, "a number with a fraction")
        }
    }

    public func bool(ifPresent key: String) throws(ModelError) -> Bool? {
        switch metadata[key] {
        case .bool(let flag): return flag
        case let other: return try missing(key, other, "true or false")
        }
    }

    public func strings(ifPresent key: String) throws(ModelError) -> [String]? {
        try elements(key, "an array of strings") { value in
            if case .string(let text) = value { text } else { nil }
        }
    }

    public func ints(ifPresent key: String) throws(ModelError) -> [Int]? {
        try elements(key, "an array of integers") { value in
            switch value {
            case .integer(let number): number
            case .bool(let flag): flag ? 1 : 0
            default: nil
            }
        }
    }

    public func floats(ifPresent key: String) throws(ModelError) -> [Float]? {
        try elements(key, "an array of numbers with a fraction") { value in
            if case .float(let number) = value { Float(number) } else { nil }
        }
    }

    private func present<T>(_ key: String, _ value: T?) throws(ModelError) -> T {
        guard let value else { throw ModelError("\(path) has no \(key)") }
        return value
    }

    /// nil if the key is missing; throws if it is there.
    private func missing<T>(_ key: String, _ value: GGUFValue?, _ expected: String) throws(ModelError) -> T? {
        guard let value else { return nil }
        throw ModelError("\(path): \(key) is \(value.kind), expected \(expected)")
    }

    private func elements<T>(
        _ key: String, _ expected: String, _ read: (GGUFValue) -> T?
    ) throws(ModelError) -> [T]? {
        guard case .array(let type, let count, let start) = metadata[key] else {
            return try missing(key, metadata[key], expected)
        }
        var reader = GGUFReader(mapping, at: start), elements: [T] = []
        elements.reserveCapacity(count)
        for _ in 0..<count {
            guard let element = read(try reader.value(type, key)) else {
                return try missing(key, metadata[key], expected)
            }
            elements.append(element)
        }
        return elements
    }
}
