// Writes small GGUF files for tests, sound or broken.

import Basics
import Foundation
import Transformer

@testable import Language

/// The bytes of a GGUF file, as they are built.
struct GGUFBytes {
    private(set) var keys: [UInt8] = []
    private(set) var table: [UInt8] = []
    private(set) var data: [UInt8] = []
    private(set) var keyCount = 0
    private(set) var tensorCount = 0
    var version: UInt32 = 3

    static func little<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    static func text(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }

    /// A key with a value of any type, sound or not.
    mutating func add(_ key: String, type: UInt32, _ value: [UInt8]) {
        keys += Self.text(key) + Self.little(type) + value
        keyCount += 1
    }

    mutating func add(_ key: String, _ value: String) { add(key, type: 8, Self.text(value)) }
    mutating func add(_ key: String, _ value: UInt32) { add(key, type: 4, Self.little(value)) }
    mutating func add(_ key: String, _ value: Bool) { add(key, type: 7, [value ? 1 : 0]) }
    mutating func add(_ key: String, _ value: Float) { add(key, type: 6, Self.little(value.bitPattern)) }

    mutating func add(_ key: String, _ values: [String]) {
        add(key, type: 9, Self.little(UInt32(8)) + Self.little(UInt64(values.count)) + values.flatMap(Self.text))
    }

    mutating func add(_ key: String, _ values: [Float]) {
        let bytes = values.flatMap { Self.little($0.bitPattern) }
        add(key, type: 9, Self.little(UInt32(6)) + Self.little(UInt64(values.count)) + bytes)
    }

    mutating func add(_ key: String, _ values: [Int32]) {
        let bytes = values.flatMap { Self.little($0) }
        add(key, type: 9, Self.little(UInt32(5)) + Self.little(UInt64(values.count)) + bytes)
    }

    /// A tensor. `offset` is its place in the data; the default is the next multiple of 32.
    mutating func add(
        tensor name: String, type: UInt32, _ dimensions: [UInt64], _ bytes: [UInt8], offset: UInt64? = nil
    ) {
        data += [UInt8](repeating: 0, count: (32 - data.count % 32) % 32)
        table += Self.text(name) + Self.little(UInt32(dimensions.count)) + dimensions.flatMap(Self.little)
        table += Self.little(type) + Self.little(offset ?? UInt64(data.count))
        data += bytes
        tensorCount += 1
    }

    /// The whole file. The counts and the first four bytes can be wrong on purpose.
    func bytes(mark: String = "GGUF", tensors: UInt64? = nil, keys: UInt64? = nil) -> [UInt8] {
        var bytes = Array(mark.utf8) + Self.little(version)
        bytes += Self.little(tensors ?? UInt64(tensorCount)) + Self.little(keys ?? UInt64(keyCount))
        bytes += self.keys + table
        bytes += [UInt8](repeating: 0, count: (32 - bytes.count % 32) % 32)
        return bytes + data
    }

    /// Opens bytes as a file without a name; the mapping stays.
    static func open(_ bytes: [UInt8]) throws(ModelError) -> GGUFFile {
        var name = Array("/tmp/duet-gguf-XXXXXX".utf8CString)
        let file = mkstemp(&name)
        defer { close(file) }
        invariant(file >= 0 && unlink(name) == 0 && write(file, bytes, bytes.count) == bytes.count, "no temporary file")
        return try GGUFFile(path: "/proc/self/fd/\(file)")
    }

    /// What opening says, or nil.
    static func error(_ bytes: [UInt8]) -> String? {
        do { _ = try open(bytes) } catch { return error.description }
        return nil
    }
}
