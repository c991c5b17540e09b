// Sound files are read; every kind of damage is named.

import Foundation
import Testing

@testable import Transformer

@Suite struct TensorFileTests {
    private func file(_ header: String, _ data: [UInt8], length: UInt64? = nil) -> String {
        let path = NSTemporaryDirectory() + UUID().uuidString
        let size = length ?? UInt64(header.utf8.count)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + Array(header.utf8) + data
        try! Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func error(_ header: String, _ data: [UInt8] = [], length: UInt64? = nil) -> String {
        let path = file(header, data, length: length)
        defer { try? FileManager.default.removeItem(atPath: path) }
        do { _ = try TensorFile(path: path) } catch { return error.description }
        return ""
    }

    @Test func allThreeTypesAreReadAsFloats() throws {
        let header = """
            {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]},
            "c":{"dtype":"F16","shape":[1,3],"data_offsets":[8,14]}}
            """
        // 1.5 as float32; 1 and -2 as bfloat16; 1, the smallest subnormal, and 65504 as float16.
        let path = file(header, [0, 0, 0xc0, 0x3f, 0x80, 0x3f, 0, 0xc0, 0, 0x3c, 1, 0, 0xff, 0x7b])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let tensors = try TensorFile(path: path)
        #expect(try tensors.floats("a", shape: [1]) == [1.5])
        #expect(throws: ModelError.self) { try tensors.floats("b", shape: [3]) }
        #expect(throws: ModelError.self) { try tensors.floats("d", shape: [1]) }
        #expect(try tensors.floats("c", shape: [1, 3]) == [1, 0x1p-24, 65504])
    }

    @Test func bytesThatBelongToNoTensorAreRefused() {
        func header(_ start: Int, _ end: Int) -> String {
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[\(start),\(end)]}}"
        }
        #expect(error(header(0, 2), [0, 0]).isEmpty)
        #expect(error(header(0, 2), [0, 0, 0]).contains("last 1 bytes"))
        #expect(error(header(2, 4), [0, 0, 0, 0]).contains("2 bytes before a"))
    }

    @Test func damageIsNamed() {
        #expect(error("{}", length: 3).contains("longer than the file"))
        #expect(error("[]").contains("JSON"))
        #expect(error("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}").contains("incomplete"))
        #expect(
            error("{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}", [UInt8](repeating: 0, count: 8))
                .contains("I64"))
        #expect(
            error("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", [0, 0, 0, 0]).contains(
                "does not fill"))
        #expect(
            error("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", [0, 0, 0]).contains("outside"))
        #expect(
            error(
                "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[2,4]}}",
                [0, 0, 0, 0]
            )
            .contains("overlap"))
        do { _ = try TensorFile(path: "/nonexistent") } catch {
            #expect(error.description.contains("cannot be opened"))
        }
    }
}
