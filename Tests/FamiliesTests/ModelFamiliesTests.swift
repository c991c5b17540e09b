// Model directories: what loads, and what the operator is told about what does not.

import Basics
import Foundation
import Testing

@testable import Dialogue
@testable import Families

@Suite struct ModelFamiliesTests {
    /// What the operator reads when the model is loaded; empty when it loads.
    private func complaint(_ change: (inout TinyModel) -> Void = { _ in }, remove: String? = nil) throws -> String {
        var tiny = TinyModel()
        change(&tiny)
        let directory = try tiny.write()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        if let remove { try FileManager.default.removeItem(atPath: directory + "/" + remove) }
        do { _ = try ModelFamilies.load(directory) } catch { return "\(error)" }
        return ""
    }

    @Test func aSoundDirectoryLoads() throws {
        let directory = try TinyModel().write()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let loaded = try ModelFamilies.load(directory)
        #expect(loaded.name == "tiny")
        #expect(loaded.plan.positionsPerSlice == 2 && loaded.plan.samplesPerSlice == 1280)
        let model = loaded.instance(slots: 3)
        #expect(model.slotCount == 3)
        #expect(model.text(of: 2) == " a" && model.text(of: 0) == "")
    }

    @Test(arguments: ["config.json", "tokenizer.json", "model.safetensors"]) func aMissingFileIsNamed(_ file: String)
        throws
    {
        #expect(try complaint(remove: file).contains(file))
    }

    @Test func aDirectoryThatIsNotThereIsNamed() {
        do {
            _ = try ModelFamilies.load("/nonexistent")
            Issue.record("it loaded")
        } catch {
            #expect("\(error)".contains("/nonexistent/config.json is missing"))
        }
    }

    @Test func anUnknownFamilyIsNamedBesideTheKnownOnes() throws {
        let text = try complaint { $0.config["family"] = "no-such-family" }
        #expect(text.contains("no-such-family") && text.contains("duet"))
        #expect(try complaint { $0.config["family"] = nil }.contains("family"))
    }

    @Test func aNewerFormatIsRefused() throws {
        #expect(try complaint { $0.config["format"] = 2 }.contains("format 2"))
    }

    @Test func aPlanThatTheEngineCannotKeepIsRefused() throws {
        func plan(_ key: String, _ value: Any) throws -> String { try complaint { $0.set("plan", key, value) } }
        #expect(try plan("fuse", "sum").contains("fuse"))
        #expect(try plan("memory", ["sinks": 3, "window": 12, "evict": "slice"]).contains("sinks"))
        #expect(try plan("memory", ["sinks": 4, "window": 13, "evict": "slice"]).contains("window"))
        #expect(try plan("clock", ["slice_ms": 160, "late": "drop"]).contains("80 ms"))
        #expect(try plan("clock", ["slice_ms": 250, "late": "drop"]).contains("slice_ms is 250"))
        let slow = try plan("clock", ["slice_ms": 80, "late": "drop", "sample_rate": 8_000])
        #expect(slow.contains("family duet") && slow.contains("8000 Hz"))
        let odd = try plan("clock", ["slice_ms": 80, "late": "drop", "sample_rate": 22_050])
        #expect(odd.contains("slice plan") && odd.contains("22050"))
        #expect(try plan("tokens", ["idle": 1, "end": 1]).contains("idle"))
    }

    @Test func sizesThatMakeNoModelAreRefused() throws {
        #expect(try complaint { $0.set("decode", "layers", 0) }.contains("positive"))
        #expect(try complaint { $0.set("decode", "kv_heads", 3) }.contains("kv_heads"))
        #expect(try complaint { $0.set("decode", "head_dim", 3) }.contains("head_dim"))
        #expect(try complaint { $0.set("listen", "dilations", [1, 0]) }.contains("dilation"))
        #expect(try complaint { $0.set("listen", "width", "wide") }.contains("config"))
    }

    @Test func shapesThatDisagreeWithTheConfigAreNamed() throws {
        let text = try complaint { $0.shapes["decode.norm.weight"] = [9] }
        #expect(text.contains("decode.norm.weight") && text.contains("[9]") && text.contains("[8]"))
        #expect(try complaint { $0.shapes["speak.norm.bias"] = nil }.contains("no tensor speak.norm.bias"))
        #expect(try complaint { $0.pieces.append("e") }.contains("7 pieces"))
    }

    @Test func aTruncatedFileIsNamed() throws {
        #expect(try complaint { $0.cut = 1 }.contains("model.safetensors"))
        #expect(try complaint { $0.cut = 1 << 18 }.contains("model.safetensors"))
        #expect(try complaint { $0.cut = .max }.contains("too short"))
    }
}
