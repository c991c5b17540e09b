// Files and programs that several targets' tests use.

internal import Evaluation
public import Families
internal import Foundation

/// Files and programs that the tests use.
public enum Tools {
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    public static let model: any LoadedModel = try! ModelFamilies.load(root + "/Models/duet-mini")
    public static let folder: String = {
        let path = NSTemporaryDirectory() + "duet-tests-\(ProcessInfo.processInfo.processIdentifier)"
        try! FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }()

    /// What a program prints.
    @discardableResult
    public static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }

    /// `text` in flite's rms voice, which no training heard. 16 kHz.
    public static func speech(_ text: String) throws -> [Float] {
        let path = "\(folder)/\(text.replacing(" ", with: "_")).wav"
        try run("flite", ["-voice", "rms", "-t", text, "-o", path])
        return try WAV.samples(path: path)
    }

    public static func silence(_ seconds: Double) -> [Float] { [Float](repeating: 0, count: Int(seconds * 16_000)) }

    /// The words that pocketsphinx hears, out of `vocabulary`, in any order and number.
    public static func recognize(_ samples: [Float], vocabulary: [String]) throws -> [String] {
        let wav = "\(folder)/\(UUID().uuidString).wav", grammar = wav + ".gram"
        let level = samples.map(abs).max() ?? 0
        let padded =
            [Float](repeating: 0, count: 4800) + samples.map { $0 / max(level, 0.01) * 0.5 }
            + [Float](repeating: 0, count: 8000)
        try WAV(rate: 16_000, channels: [padded]).data.write(to: URL(fileURLWithPath: wav))
        let words = vocabulary.joined(separator: " | ")
        try Data("#JSGF V1.0;\ngrammar words;\npublic <words> = ( \(words) )+ ;\n".utf8).write(
            to: URL(fileURLWithPath: grammar))
        return try run("pocketsphinx_continuous", ["-infile", wav, "-jsgf", grammar, "-logfn", "/dev/null"])
            .split(whereSeparator: \.isWhitespace).map(String.init)
    }
}
