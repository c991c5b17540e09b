// RIFF/WAVE files of 16-bit PCM.

internal import Basics
internal import Audio
public import Foundation
internal import Wire

public struct WAVError: Error, CustomStringConvertible {
    public let description: String
    /// Whether another program could convert the file to a format that is read here.
    var isConvertible = false

    /// How to convert it, for a person at a terminal.
    func conversion(of path: String) -> String {
        isConvertible ? "; convert it: ffmpeg -i \(path) -ar 16000 -ac 1 out.wav" : ""
    }
}

/// Samples by channel, in [-1, 1].
public struct WAV: Equatable {
    public var rate: Int
    public var channels: [[Float]]

    /// The average of all channels.
    public var mono: [Float] {
        guard channels.count > 1 else { return channels.first ?? [] }
        return channels[0].indices.map { i in channels.reduce(0) { $0 + $1[i] } / Float(channels.count) }
    }

    public init(rate: Int, channels: [[Float]]) {
        self.rate = rate
        self.channels = channels
    }

    public init(path: String) throws {
        if let why = FileTrouble.readProblem(path) { throw WAVError(description: why) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw WAVError(description: "\(path) cannot be read")
        }
        do { try self.init(data: [UInt8](data)) } catch let error as WAVError {
            throw WAVError(description: "\(path): \(error.description)\(error.conversion(of: path))")
        }
    }

    public init(data: [UInt8]) throws {
        func number(_ at: Int, _ bytes: Int) -> Int { (0..<bytes).reduce(0) { $0 | Int(data[at + $1]) << (8 * $1) } }
        guard data.count >= 12, data[0..<4] == Array("RIFF".utf8)[...], data[8..<12] == Array("WAVE".utf8)[...] else {
            throw WAVError(sound: data)
        }
        var at = 12, format: (channels: Int, rate: Int)?
        while at + 8 <= data.count {
            let name = String(decoding: data[at..<at + 4], as: UTF8.self),
                size = min(number(at + 4, 4), data.count - at - 8)
            let body = at + 8
            if name == "fmt ", size >= 16 {
                let kind = number(body, 2), bits = number(body + 14, 2)
                guard kind == 1 || kind == 0xfffe, bits == 16, number(body + 2, 2) > 0, number(body + 4, 4) > 0 else {
                    throw WAVError(encoding: kind == 0xfffe && size >= 26 ? number(body + 24, 2) : kind, bits: bits)
                }
                format = (number(body + 2, 2), number(body + 4, 4))
            } else if name == "data", let format {
                let frames = size / 2 / format.channels
                rate = format.rate
                channels = (0..<format.channels).map { channel in
                    (0..<frames).map {
                        Float(Int16(truncatingIfNeeded: number(body + 2 * ($0 * format.channels + channel), 2))) / 32768
                    }
                }
                return
            }
            at = body + size + size % 2
        }
        throw WAVError(description: "no audio in the WAV file")
    }

    /// The 16-kHz samples of a file.
    public static func samples(path: String) throws -> [Float] {
        let wav = try WAV(path: path)
        guard (4000...384_000).contains(wav.rate) else {
            throw WAVError(description: "\(path): \(wav.rate) Hz is no rate for speech")
        }
        var resampler = Resampler(from: wav.rate, to: Recording.rate)
        return resampler.process(wav.mono)
    }

    public var data: Data {
        var bytes: [UInt8] = []
        func add(_ text: String) { bytes += Array(text.utf8) }
        func add(_ value: Int, _ count: Int) {
            bytes += (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let frames = channels.map(\.count).min() ?? 0, size = frames * channels.count * 2
        add("RIFF"); add(36 + size, 4); add("WAVE"); add("fmt "); add(16, 4); add(1, 2); add(channels.count, 2)
        add(rate, 4); add(rate * channels.count * 2, 4); add(channels.count * 2, 2); add(16, 2); add("data");
        add(size, 4)
        for i in 0..<frames {
            for channel in channels { add(Int(max(-32768, min(32767, (channel[i] * 32767).rounded()))), 2) }
        }
        return Data(bytes)
    }
}
