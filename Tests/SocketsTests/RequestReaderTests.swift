// Requests out of bytes, whole, in pieces and spoilt.

import Basics
import Testing

@testable import Sockets

@Suite struct RequestReaderTests {
    private static let bodyBytesMax = 100

    /// All events until nothing more comes. `pieces` are the lengths in which the bytes arrive, again and again.
    private static func events(_ bytes: [UInt8], pieces: [Int] = [.max]) -> [RequestReader.Event] {
        var reader = RequestReader(bodyBytesMax: bodyBytesMax), events: [RequestReader.Event] = [], at = 0, turn = 0
        while at < bytes.count {
            let count = min(max(1, pieces[turn % pieces.count]), bytes.count - at)
            reader.append(bytes[at..<at + count])
            (at, turn) = (at + count, turn + 1)
            while true {
                let event = reader.next()
                if event == .nothing { break }
                events.append(event)
                if case .refused = event { return events }
            }
        }
        return events
    }

    private static func events(_ text: String, pieces: [Int] = [.max]) -> [RequestReader.Event] {
        events(Array(text.utf8), pieces: pieces)
    }

    private func status(_ text: String) -> Int {
        guard case .refused(let why)? = Self.events(text).last else { return 200 }
        return why.status
    }

    private static let two =
        "\r\nPOST /a%20b//c/?x=%00 HTTP/1.1\r\nHost: h\r\nX-A:  1 \r\nx-a: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n1;x\r\nd\r\n0\r\nT: t\r\n\r\nHEAD / HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 2\r\n\r\nhi"

    @Test func whatComesInPiecesIsTheSame() throws {
        let whole = Self.events(Self.two)
        guard whole.count == 2, case .request(let first, let body) = whole[0], case .request(let second, _) = whole[1]
        else {
            Issue.record("\(whole)")
            return
        }
        #expect(
            first.method == "POST" && first.path == "/a b/c" && first.query == "x=%00" && body == Array("abcd".utf8))
        #expect(first.headers["x-a"] == ["1", "2"])
        #expect(second.method == "HEAD" && second.path == "/" && second.single("host") == "[::1]:80")
        for size in 1...40 { #expect(Self.events(Self.two, pieces: [size]) == whole, "in pieces of \(size)") }
    }

    @Test(arguments: [
        ("/metrics", true), ("/metrics?a=b", true), ("http://h/metrics", true), ("/", true), ("http://h", true),
        ("/metrics/", false), ("//metrics", false), ("/%6detrics", false), ("/metrics//", false),
    ])
    func otherSpellingsOfAPathAreKnown(_ target: String, _ isExact: Bool) {
        guard case .request(let head, _)? = Self.events("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n").first else {
            Issue.record("no request")
            return
        }
        #expect(head.isExact == isExact && ["/", "/metrics"].contains(head.path))
    }

    @Test func aWholeURLsHostCounts() {
        guard case .request(let head, _)? = Self.events("GET ws://a.b:1?q HTTP/1.1\r\nHost: c\r\n\r\n").first else {
            Issue.record("no request")
            return
        }
        #expect(head.single("host") == "a.b:1" && head.path == "/" && head.query == "q")
    }

    private static let spoilt: [(String, Int)] = [
        ("\u{16}\u{3}", 400), ("GET / HTTP/1.1\nHost: x\n\n", 400), ("GET  / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505), ("PRI * HTTP/2.0\r\n\r\n", 505), ("GET /\r\n\r\n", 400),
        ("GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /%0 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET /%ff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        ("GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x y\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: x\r\nA: \u{1}\r\n\r\n", 400),
        ("GET / HTTP/1.0\r\n\r\n", 200), ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400), ("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", 200),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", 413),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n 1\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\na", 400),
        ("POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417),
    ]

    @Test(arguments: spoilt) func whatIsSpoiltIsRefused(_ request: String, _ status: Int) {
        #expect(self.status(request) == status, "\(request.debugDescription)")
    }

    @Test func oneHundredHeadersAreTakenAndNoMore() {
        func status(_ count: Int) -> Int {
            self.status("GET / HTTP/1.1\r\nHost: x\r\n" + (1..<count).map { "a\($0): b\r\n" }.joined() + "\r\n")
        }
        #expect(status(100) == 200 && status(101) == 431)
    }

    @Test func whoAsksBeforeTheBodyIsToldToSendIt() {
        var reader = RequestReader(bodyBytesMax: 100)
        reader.append(Array("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n".utf8))
        #expect(reader.next() == .proceed && reader.next() == .nothing && reader.phase == .body)
        reader.append(Array("hi".utf8))
        guard case .request(_, let body) = reader.next() else {
            Issue.record("no request")
            return
        }
        #expect(body == Array("hi".utf8))
    }

    @Test func whatCameBehindAnUpgradeIsKept() {
        var reader = RequestReader(bodyBytesMax: 100)
        reader.append(Array("GET / HTTP/1.1\r\nHost: x\r\n\r\nabc".utf8))
        guard case .request = reader.next() else {
            Issue.record("no request")
            return
        }
        #expect(Array(reader.takeRest()) == Array("abc".utf8) && !reader.hasBytes)
    }

    /// Whatever comes: no crash, the same in every cut, and no more kept than a head, a piece and a body.
    @Test func mutatedRequestsAreReadTheSameInEveryCut() {
        var random = Random(seed: 14)
        let seeds = [Self.two] + Self.spoilt.map(\.0)
        for _ in 0..<20_000 {
            var bytes = Array(seeds[Int(random.next() % UInt64(seeds.count))].utf8)
            for _ in 0..<1 + Int(random.next() % 4) {
                let at = Int(random.next() % UInt64(bytes.count + 1))
                switch random.next() % 4 {
                case 0: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
                case 1: if at < bytes.count { bytes[at] = UInt8(truncatingIfNeeded: random.next()) }
                case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int(random.next() % 8)))
                default: bytes.insert(contentsOf: bytes.suffix(Int(random.next() % 40)), at: at)
                }
            }
            let pieces = (0..<5).map { _ in 1 + Int(random.next() % 30) }
            #expect(
                Self.events(bytes, pieces: pieces) == Self.events(bytes), "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    /// A byte at a time costs no more than linear time.
    @Test func aHeadThatComesByteByByteIsLookedThroughOnce() {
        let head = "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "x", count: 16_000) + "\r\n\r\n"
        #expect(Self.events(head, pieces: [1]) == Self.events(head))
    }
}
