// Answers of remote minds: event streams and JSON, in pieces and whole.

import Basics

@testable import Dialogue
@testable import Minds
@testable import Wire

enum FuzzAnswer {
    private struct Said: Equatable {
        var words = "", calls: [ReplyPart] = [], end: MindEnd?, failure: MindFailure?
    }

    static func read(_ bytes: [UInt8]) {
        let whole = said(bytes, pieces: .max)
        for pieces in [1, 5] {
            let inPieces = said(bytes, pieces: pieces)
            Fuzz.expect(inPieces == whole, "\(inPieces) by \(pieces), and whole \(whole)")
        }
        Fuzz.expect(whole.words.utf8.count <= ChatReply.textBytesMax, "too many words")
        Fuzz.expect(!whole.words.contains("<idle>") && !whole.words.contains("<resume>"), "a mark is spoken")
        Fuzz.expect((whole.end == nil) == (whole.failure != nil), "neither an end nor a failure")
        for case .call(let name, let arguments) in whole.calls {
            Fuzz.expect(!name.isEmpty && (try? JSONReader.object(arguments)) != nil, "a call that nobody can make")
        }
        _ = ServerMessage.sentence("No", ServerMessage.body(bytes))
    }

    private static func said(_ bytes: [UInt8], pieces: Int) -> Said {
        var reply = ChatReply(), parts: [ReplyPart] = [], said = Said(), rest = bytes[...]
        do throws(MindFailure) {
            while !rest.isEmpty {
                try reply.read(rest.prefix(pieces), into: &parts)
                rest = rest.dropFirst(pieces)
            }
            try reply.close(into: &parts)
        } catch { said.failure = error }
        for part in parts {
            switch part {
            case .words(let words): said.words += words
            case .call: said.calls.append(part)
            case .end(let end): said.end = end
            }
        }
        return said
    }
}
