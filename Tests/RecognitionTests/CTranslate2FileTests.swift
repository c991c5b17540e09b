// Model files that are broken, or not what they should be: an error that says so, never a crash.

import Basics
import Foundation
import Kernels
import Testing
import Transformer

@testable import Recognition

@Suite struct CTranslate2FileTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "recognizer-\(UUID().uuidString)")
    private let model: Data

    init() throws {
        try FileManager.default.copyItem(
            at: URL(fileURLWithPath: GoldenRecognizerTests.folder), to: folder)
        model = try Data(contentsOf: folder.appendingPathComponent("model.bin"))
    }

    private func load(_ data: Data) throws -> Recognizer {
        try data.write(to: folder.appendingPathComponent("model.bin"))
        return try Recognizer.load(folder.path, options: GoldenRecognizerTests.options(.int8))
    }

    private func error(_ data: Data) -> String {
        do {
            _ = try load(data)
            return "none"
        } catch { return "\(error)" }
    }

    private func remove() { try? FileManager.default.removeItem(at: folder) }

    @Test func aFileThatEndsTooEarlyIsRefused() {
        defer { remove() }
        for length in [
            0, 1, 3, 4, 5, 17, 18, 25, 26, 40, 41, 60, 1000, model.count / 2, model.count - 4, model.count - 1,
        ] {
            #expect(error(model.prefix(length)) != "none", "\(length) bytes")
        }
    }

    /// Near names and sizes, where it hurts. Whatever can still be read is computed.
    @Test func changedBytesDoNotCrash() {
        defer { remove() }
        var random = Random(seed: 3), refused = 0
        let names = ["encoder/", "decoder/"].flatMap { name in
            model.ranges(of: Data(name.utf8)).map(\.lowerBound)
        }
        for _ in 0..<300 {
            var data = model
            let at =
                random.below(5) == 0
                ? random.below(30) : min(model.count - 1, names[random.below(names.count)] + random.below(64) - 2)
            data[at] = UInt8(random.below(256))
            if error(data) != "none" { refused += 1 }
        }
        #expect(refused > 100)
    }

    private func replaced(_ name: String, at offset: Int, by byte: UInt8) -> Data {
        var data = model
        data[data.ranges(of: Data(name.utf8))[0].upperBound + offset] = byte
        return data
    }

    @Test func anArrayOfIntegersIsRefusedByName() {
        defer { remove() }
        // After the name: NUL, rank, one dimension, the type, the size in bytes.
        var data = replaced("encoder/conv1/bias", at: 6, by: 1)
        let size = data.ranges(of: Data("encoder/conv1/bias".utf8))[0].upperBound + 7
        data.replaceSubrange(size..<size + 4, with: [64, 0, 0, 0])
        data.removeSubrange(size + 4..<size + 4 + 64)
        #expect(error(data).contains("encoder/conv1/bias is in int8"))
    }

    @Test(arguments: [
        ("decoder/activation", 0, "activation"), ("decoder/pre_norm", 0, "pre_norm"), ("decoder/num_heads", 3, "heads"),
    ])
    func whatWouldBeComputedWronglyIsRefused(_ sample: (name: String, value: UInt8, told: String)) {
        defer { remove() }
        // After the name: NUL, rank 0, the type, the size, the value.
        let wrong = replaced(sample.name, at: 7, by: sample.value)
        #expect(error(wrong).contains(sample.told), "\(error(wrong))")
        #expect(error(model) == "none")
    }

    @Test func anotherSpecificationIsRefused() {
        defer { remove() }
        var data = model
        data.replaceSubrange(6..<7, with: Data("w".utf8))
        #expect(error(data).contains("expected a WhisperSpec"))
        data[0] = 5
        #expect(error(data).contains("format 5, expected 6"))
    }

    @Test(arguments: [
        ("config.json", "{}", "suppress_ids"), ("config.json", "[", "no configuration"),
        (
            "config.json", #"{"suppress_ids": [100000], "suppress_ids_begin": []}"#,
            "suppresses a token that is not there"
        ),
        (
            "config.json", #"{"suppress_ids": [], "suppress_ids_begin": [], "alignment_heads": [[9, 0]]}"#,
            "alignment head"
        ),
        ("vocabulary.txt", "a\nb\n", "3 tokens where the model has 131"),
    ])
    func whatStandsBesideTheWeightsIsChecked(_ sample: (file: String, text: String, told: String)) throws {
        defer { remove() }
        try Data(sample.text.utf8).write(to: folder.appendingPathComponent(sample.file))
        #expect(error(model).contains(sample.told), "\(error(model))")
    }
}
