// Requests of HTTP, as they come from a connection.

@testable import Sockets

enum FuzzRequest {
    /// The first byte says in what pieces they come: pieces must give the same requests as the whole.
    static func read(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let all = bytes.dropFirst(), size = Int(first) + 1
        var whole = RequestReader(bodyBytesMax: 1024), expected: [RequestReader.Event] = []
        whole.append(all)
        take(&whole, &expected)
        var reader = RequestReader(bodyBytesMax: 1024), events: [RequestReader.Event] = [], at = all.startIndex
        while at < all.endIndex {
            let end = min(at + size, all.endIndex)
            reader.append(all[at..<end])
            take(&reader, &events)
            at = end
        }
        Fuzz.expect(events == expected, "in pieces \(events), whole \(expected)")
    }

    /// All that is there, up to what is refused. Whether a body is waited for depends on the pieces.
    private static func take(_ reader: inout RequestReader, _ events: inout [RequestReader.Event]) {
        while true {
            let event = reader.next()
            switch event {
            case .nothing: return
            case .proceed: continue
            case .request(let head, let body):
                Fuzz.expect(body.count <= 1024 && head.path.hasPrefix("/") || head.path == "*", "\(head.path)")
                events.append(event)
            case .refused:
                if events.last != event { events.append(event) }
                return
            }
        }
    }
}
