// Text: JSON, base64, requests, and what is to be said.

import Foundation

@testable import Callers
@testable import Families
@testable import Sockets
@testable import Spoken
@testable import Transformer
@testable import Wire

enum FuzzText {
    private static let audio = AudioText(typeKey: "type", type: "audio", path: ["media", "payload"])

    /// Audio in JSON, base64, JSON that is written again.
    static func json(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let isPlain = audio.isPlain(text)
        if case .event = audio.read(text) { Fuzz.expect(!isPlain, "an event is plainly audio") }
        if let read = try? JSONReader.object(text) {
            let written = read.description, isRead = (try? JSONSerialization.jsonObject(with: Data(text.utf8))) != nil
            // Foundation refuses half of a surrogate pair.
            Fuzz.expect(isRead || text.contains("\\u"), "only Duet takes it for JSON")
            Fuzz.expect((try? JSONReader.object(written))?.description == written, "not as it was: \(written)")
        }
        if let decoded = Base64.decode(text) {
            Fuzz.expect(Base64.decode(Base64.encode(decoded)) == decoded, "base64 is not what it was")
        }
    }

    /// By the first byte: a request's query, a key that is asked for, a session that is taken up again, frames of a websocket.
    static func parameters(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst()), text = String(decoding: rest, as: UTF8.self)
        switch first % 5 {
        case 0:
            let request = UpgradeRequest(path: "/v1/duplex", query: text)
            for name in ["key", "seed", "resume", ""] { _ = request.parameter(name) }
        case 1, 2:
            let request = try? ClientSecretRequest(rest, isBeta: first % 5 == 1, model: "duet-mini")
            guard let answer = request?.answer(value: "ek_0123456789abcdef", expires: 1) else { return }
            let line = JSONText.line(answer)
            Fuzz.expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil, "no JSON: \(line)")
        case 3: _ = ResumeRequest(text)
        default:
            rest.withUnsafeBufferPointer { bytes in
                guard let frame = WebSocketFrame.first(in: bytes) else { return }
                Fuzz.expect(frame.payload.upperBound <= bytes.count, "a frame ends behind its bytes")
            }
        }
    }

    private static let tokenizer = Tokenizer(
        pieces: ["<idle>", "<end>"] + "abcdefghijklmnopqrstuvwxyz".flatMap { [" \($0)", "\($0)"] } + [" the", "ing"],
        controlCount: 2)

    /// Text as it is spoken, and its tokens.
    static func spoken(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self), spoken = SpokenText(text)
        for word in spoken.words {
            Fuzz.expect(!word.isEmpty && word.utf8.allSatisfy { (97...122).contains($0) }, "\"\(word)\" is no word")
            let said = tokenizer.encode(word).map(tokenizer.text).joined()
            Fuzz.expect(said == " " + word, "\"\(said)\" for \"\(word)\"")
        }
        Fuzz.expect(spoken.unspoken.unicodeScalars.count <= SpokenText.unspokenMax, "too much is left out")
        _ = tokenizer.encode(text)
    }
}
