// Sound GGUF files are read; every kind of damage is named.

import Basics
import Foundation
import Testing
import Transformer

@testable import Language

@Suite struct GGUFFileTests {
    private static let golden: GGUFFile = {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        return try! GGUFFile(path: folder.appendingPathComponent("Resources/types.gguf").path)
    }()

    /// One key of each kind that matters and two tensors.
    private static let small: GGUFBytes = {
        var file = GGUFBytes()
        file.add("general.architecture", "llama")
        file.add("words", ["a", "bc", ""])
        file.add("scores", [Float(0.5), -1])
        file.add("count", UInt32(7))
        file.add("flag", true)
        file.add(tensor: "a", type: 0, [2, 1], GGUFBytes.little(Float(1.5).bitPattern) + [0, 0, 0, 0])
        file.add(tensor: "b", type: 8, [32, 2], [UInt8](repeating: 1, count: 68))
        return file
    }()

    // MARK: What the gguf package wrote (Scripts/language/golden_types.py)

    @Test(arguments: GGUFType.allCases.filter { $0 != .f32 })
    func everyTypeIsReadExactly(_ type: GGUFType) throws {
        let tensor = try Self.golden.tensor("\(type)")
        let expected = try Self.golden.tensor("\(type).floats")
        #expect(tensor.type == type && expected.type == .f32)
        #expect(tensor.dimensions == expected.dimensions && tensor.rows == 3 && tensor.columns >= 256)
        #expect(tensor.floats().map(\.bitPattern) == expected.floats().map(\.bitPattern))
        #expect(tensor.floats(rows: 1..<2) == expected.floats(rows: 1..<2))
        #expect(tensor.floats(rows: 3..<3).isEmpty)
        #expect(tensor.bytes.count == tensor.byteCount && Int(bitPattern: tensor.bytes.baseAddress) % 32 == 0)
    }

    @Test func everyValueIsRead() throws {
        let file = Self.golden
        #expect(try file.int("test.uint8") == 200 && file.int("test.int8") == -100)
        #expect(try file.int("test.uint16") == 60000 && file.int("test.int16") == -30000)
        #expect(try file.int("test.uint32") == 4_000_000_000 && file.int("test.int32") == -2_000_000_000)
        #expect(try file.int("test.int64") == -(1 << 62))
        #expect(try file.float("test.float32") == 0.1 && file.float("test.float64") == 0.25)
        #expect(try file.bool("test.bool"))
        #expect(try file.string("test.string") == "Grüße, 世界")
        #expect(try file.strings("test.strings") == ["", "a", "Ġb", "世"])
        #expect(try file.ints("test.ints") == [1, -2, 3] && file.ints("test.bools") == [1, 0])
        #expect(try file.floats("test.floats") == [0.5, -1.25])
    }

    @Test func aWrongOrMissingKeyIsNamed() throws {
        let file = Self.golden
        #expect(try file.int(ifPresent: "none") == nil && file.strings(ifPresent: "none") == nil)
        let wrong: [(String, () throws(ModelError) -> Void)] = [
            ("has no none", { () throws(ModelError) in _ = try file.string("none") }),
            (
                "test.bool is true or false, expected an integer",
                { () throws(ModelError) in _ = try file.int("test.bool") }
            ),
            ("test.uint64 is an integer above 2^63", { () throws(ModelError) in _ = try file.int("test.uint64") }),
            (
                "test.int8 is an integer, expected a number with",
                { () throws(ModelError) in _ = try file.float("test.int8") }
            ),
            (
                "test.ints is an array of integers, expected an array of strings",
                { () throws(ModelError) in _ = try file.strings("test.ints") }
            ),
            (
                "test.strings is an array of strings, expected an array of integers",
                { () throws(ModelError) in _ = try file.ints(ifPresent: "test.strings") }
            ),
            (
                "test.string is a string, expected an array",
                { () throws(ModelError) in _ = try file.floats("test.string") }
            ),
            ("has no tensor none", { () throws(ModelError) in _ = try file.tensor("none") }),
        ]
        for (expected, read) in wrong {
            do throws(ModelError) {
                try read()
                Issue.record("\(expected): no error")
            } catch { #expect(error.description.contains(expected) && error.description.contains("types.gguf")) }
        }
    }

    // MARK: Damage

    @Test func aSmallFileIsRead() throws {
        for version in [UInt32(2), 3] {
            var small = Self.small
            small.version = version
            let file = try GGUFBytes.open(small.bytes())
            #expect(file.tensorNames == ["a", "b"] && file.contains(tensor: "b") && !file.contains(tensor: "c"))
            #expect(try file.tensor("a").floats() == [1.5, 0] && file.tensor("b").rows == 2)
            #expect(try file.strings("words") == ["a", "bc", ""] && file.floats("scores") == [0.5, -1])
        }
    }

    @Test func aFileCutAnywhereIsRefused() {
        let bytes = Self.small.bytes()
        for length in bytes.indices {
            #expect(GGUFBytes.error(Array(bytes[..<length])) != nil, "cut to \(length) bytes of \(bytes.count)")
        }
    }

    /// Whatever one byte says, the file is refused or read without a crash.
    @Test func anyChangedByteIsSurvived() {
        let bytes = Self.small.bytes()
        var random = Random(seed: 15), sound = 0
        for _ in 0..<4000 {
            var changed = bytes
            for _ in 0...Int(random.next() % 3) {
                changed[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            guard let file = try? GGUFBytes.open(changed) else { continue }
            sound += 1
            for name in file.tensorNames { _ = try? file.tensor(name).floats() }
            for key in file.metadata.keys { _ = try? (file.strings(ifPresent: key), file.ints(ifPresent: key)) }
        }
        #expect(sound > 100 && sound < 3900)
    }

    @Test(arguments: [
        ("does not begin with GGUF", Self.small.bytes(mark: "GGML")),
        ("too short for its 3000000000 tensors", Self.small.bytes(tensors: 3_000_000_000)),
        ("too short for its 18446744073709551615 keys", Self.small.bytes(keys: .max)),
        (
            "version 1, expected 2 or 3",
            {
                var file = Self.small; file.version = 1; return file.bytes()
            }()
        ),
        (
            "version 4, expected",
            {
                var file = Self.small; file.version = 4; return file.bytes()
            }()
        ),
        (
            "big-endian",
            {
                var file = Self.small; file.version = 3 << 24; return file.bytes()
            }()
        ),
    ]) func aWrongHeadIsNamed(_ expected: String, _ bytes: [UInt8]) {
        #expect(GGUFBytes.error(bytes)?.contains(expected) == true, "\(GGUFBytes.error(bytes) ?? "no error")")
    }

    @Test(arguments: [
        ("k has the unknown type 13", UInt32(13), [0, 0]),
        ("k is neither true nor false", 7, [2]),
        ("k is not UTF-8", 8, GGUFBytes.little(UInt64(1)) + [0xff]),
        ("k lies beyond its end", 8, GGUFBytes.little(UInt64.max)),
        ("k is an array of arrays", 9, GGUFBytes.little(UInt32(9)) + GGUFBytes.little(UInt64(1))),
        ("k has the unknown type 99", 9, GGUFBytes.little(UInt32(99)) + GGUFBytes.little(UInt64(1))),
        (
            "too short for its 4611686018427387904 values of k", 9,
            GGUFBytes.little(UInt32(10)) + GGUFBytes.little(UInt64(1) << 62)
        ),
        ("too short for its 4 values of k", 9, GGUFBytes.little(UInt32(8)) + GGUFBytes.little(UInt64(4))),
    ]) func aWrongKeyIsNamed(_ expected: String, _ type: UInt32, _ value: [UInt8]) {
        var file = GGUFBytes()
        file.add("k", type: type, value)
        #expect(GGUFBytes.error(file.bytes())?.contains(expected) == true, "\(GGUFBytes.error(file.bytes()) ?? "none")")
    }

    private typealias Wrong = (expected: String, type: UInt32, dimensions: [UInt64], offset: UInt64?)
    private static let wrongTensors: [Wrong] = [
        ("Q2_K of t is not supported, expected one of F32, F16, BF16, Q8_0, Q4_0", 10, [256], nil),
        ("type 1000 of t is not supported", 1000, [256], nil),
        ("t has 5 dimensions", 0, [1, 1, 1, 1, 1], nil),
        ("t has 0 dimensions", 0, [], nil),
        ("t has impossible dimensions", 0, [4, 0], nil),
        ("t has impossible dimensions", 0, [1 << 40, 2], nil),
        ("t has impossible dimensions", 0, [1 << 32, 1 << 32, 1 << 32], nil),
        ("t has rows of 33 numbers, which Q8_0 cannot divide into blocks of 32", 8, [33], nil),
        ("t is not aligned to 32 bytes", 0, [1], 4),
        ("t lies beyond its end", 0, [1], 1 << 20),
        ("t lies beyond its end", 0, [1], UInt64(Int.max - 31)),
        ("t lies beyond its end", 0, [100], nil),
    ]

    @Test func aWrongTensorIsNamed() {
        for wrong in Self.wrongTensors {
            var file = GGUFBytes()
            let bytes = [UInt8](repeating: 0, count: 64)
            file.add(tensor: "t", type: wrong.type, wrong.dimensions, bytes, offset: wrong.offset)
            let error = GGUFBytes.error(file.bytes()) ?? "no error"
            #expect(error.contains(wrong.expected))
        }
    }

    @Test func whatIsThereTwiceIsNamed() {
        var keys = GGUFBytes(), names = GGUFBytes(), overlap = GGUFBytes()
        for _ in 0..<2 { keys.add("k", true) }
        for _ in 0..<2 { names.add(tensor: "t", type: 0, [1], [0, 0, 0, 0]) }
        overlap.add(tensor: "t", type: 0, [16], [UInt8](repeating: 0, count: 64))
        overlap.add(tensor: "u", type: 0, [8], [UInt8](repeating: 0, count: 32), offset: 32)
        #expect(GGUFBytes.error(keys.bytes())?.contains("it has k twice") == true)
        #expect(GGUFBytes.error(names.bytes())?.contains("it has t twice") == true)
        #expect(GGUFBytes.error(overlap.bytes())?.contains("u and the tensor before it overlap") == true)
    }

    @Test(arguments: [(UInt32(64), true), (0, false), (48, false), (1 << 21, false)])
    func theAlignmentIsAPowerOfTwo(_ alignment: UInt32, _ sound: Bool) {
        var file = GGUFBytes()
        file.add("general.alignment", alignment)
        #expect((GGUFBytes.error(file.bytes()) == nil) == sound)
    }

    @Test func aMissingFileAndAnEmptyOneAreNamed() {
        do { _ = try GGUFFile(path: "/nonexistent.gguf") } catch {
            #expect(error.description.contains("cannot be opened"))
        }
        do { _ = try GGUFFile(path: "/dev/null") } catch { #expect(error.description == "/dev/null is empty") }
        #expect(GGUFBytes.error([]) != nil)
    }

    @Test func anInfinityStaysOne() {
        for (bits, value) in [(UInt16(0x7c00), Float.infinity), (0xfc00, -.infinity), (0x3c00, 1), (1, 0x1p-24)] {
            withUnsafeBytes(of: bits) { #expect(GGUFType.half($0.baseAddress!, 0) == value) }
        }
        withUnsafeBytes(of: UInt16(0x7e00)) { #expect(GGUFType.half($0.baseAddress!, 0).isNaN) }
    }
}
