// Files that are no voices: one sentence, never a crash.

import Foundation
import Testing
import Transformer

@testable import Synthesis

@Suite struct GraphFileTests {
    private static let bytes = FileManager.default.contents(atPath: TinyVoice.folder + "one.onnx")!
    private static let json = FileManager.default.contents(atPath: TinyVoice.folder + "one.onnx.json")!

    /// What loading says of these bytes; nil if they load.
    private static func trouble(_ bytes: Data, json: Data = json) throws -> String? {
        let path = FileManager.default.temporaryDirectory.path + "/voice-\(UUID().uuidString).onnx"
        defer { for end in ["", ".json"] { try? FileManager.default.removeItem(atPath: path + end) } }
        try bytes.write(to: URL(fileURLWithPath: path))
        try json.write(to: URL(fileURLWithPath: path + ".json"))
        do throws(ModelError) {
            _ = try Voice(path: path)
            return nil
        } catch {
            #expect(!error.description.contains("\n") && error.description.contains(path))
            return error.description
        }
    }

    @Test func theFileItselfLoads() throws { #expect(try Self.trouble(Self.bytes) == nil) }

    @Test func aFileThatIsCutOffIsRefused() throws {
        for count in stride(from: 0, to: Self.bytes.count, by: 997) {
            #expect(try Self.trouble(Self.bytes.prefix(count)) != nil, "\(count) bytes")
        }
    }

    /// Flipped weights load; flipped lengths, names and shapes do not. Neither reads outside of the file.
    @Test func aDamagedFileNeverCrashes() throws {
        var refused = 0
        for at in stride(from: 0, to: Self.bytes.count, by: 151) {
            var damaged = Self.bytes
            damaged[at] ^= 0xFF
            if try Self.trouble(damaged) != nil { refused += 1 }
        }
        #expect(refused > 20)
    }

    @Test func lengthsBeyondTheFileAreRefused() {
        for bytes: [UInt8] in [
            [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0x3A, 0x05, 0], [0x09, 0, 0], [0x80],
            [0x00, 1],
            [0x0B], [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        ] {
            #expect(throws: ModelError.self, "\(bytes)") {
                try bytes.withUnsafeBytes { bytes in
                    var reader = WireReader(bytes)
                    while try reader.next() != nil {}
                }
            }
        }
    }

    @Test(arguments: [
        ("\"sample_rate\": 16000", "\"sample_rate\": 5", "sample rate"), ("\"_\": [0]", "\"x\": [0]", "^, _ and $"),
        ("[15]", "[16]", "do not fit"), ("\"num_speakers\": 1", "\"num_speakers\": 2", "one speaker"),
        ("phoneme_id_map", "other", "not the json"), ("[15]", "[-1]", "negative"),
        ("\"noise_scale\": 0.667", "\"noise_scale\": -1", "noise_scale"),
    ])
    func aJsonThatDoesNotFitIsRefused(_ old: String, _ new: String, _ word: String) throws {
        let json = String(decoding: Self.json, as: UTF8.self)
        #expect(json.contains(old))
        let trouble = try Self.trouble(Self.bytes, json: Data(json.replacing(old, with: new).utf8))
        #expect(trouble?.contains(word) == true, "\(trouble ?? "loads")")
    }
}
