// What `duet serve --check` learns of a remote mind, and TLS.

import Basics
import Dialogue
import Foundation
import Testing

@testable import Minds

@Suite(.timeLimit(.minutes(2))) struct RemoteMindCheckTests {
    private func check(_ script: @escaping ScriptedServer.Script) throws -> (RemoteMindState, ScriptedServer) {
        let server = ScriptedServer(script).start()
        defer { server.stop() }
        return (RemoteMind.check(try RemoteMindOptions(address: server.base, model: "m")), server)
    }

    @Test func aServerWithTheModelIsReady() throws {
        let (state, server) = try check { $0.respond(200, #"{"data":[{"id":"a"},{"id":"m"}]}"#) }
        #expect(state == .ready)
        #expect(state.warning == nil)
        #expect(server.requests[0].hasPrefix("GET /v1/models HTTP/1.1\r\n"))
    }

    @Test func aServerWithoutTheModelNamesAnother() throws {
        #expect(try check { $0.respond(200, #"{"data":[{"id":"a"},{"id":"b"}]}"#) }.0 == .lacksModel(instead: "a"))
    }

    @Test(arguments: [200, 404, 405]) func aServerWithoutAListIsReady(_ status: Int) throws {
        #expect(try check { $0.respond(status, "[]") }.0 == .ready)
    }

    @Test(arguments: [401, 500, 302]) func aRefusalIsAWarning(_ status: Int) throws {
        let state = try check { $0.respond(status, #"{"error":"sorry"}"#) }.0
        #expect(state.warning == "The mind's server answers with status \(status): sorry")
    }

    @Test func aSilentServerIsWaitedForBriefly() throws {
        let began = MonotonicClock.now(), state = try check { _ = $0.waitForClose() }.0
        #expect(state.warning == "The mind's server does not answer within 2 s.")
        #expect(MonotonicClock.now().since(began) < 10_000_000_000)
    }

    @Test func nobodyThere() throws {
        let server = ScriptedServer { $0.close() }
        server.stop()
        let state = RemoteMind.check(try RemoteMindOptions(address: server.base, model: "m"))
        #expect(state == .failed(TransferEnd.refused.failure))
    }

    // MARK: TLS

    @Test(.enabled(if: TLSServer.isThere, "openssl is not installed")) func onlyATrustedCertificateIsTrusted() throws {
        let server = try TLSServer(host: "127.0.0.1")
        defer { server.stop() }
        let environments = [[:], ["SSL_CERT_FILE": server.certificate], ["SSL_CERT_FILE": "/nowhere.pem"]]
        let states = try environments.map { environment in
            RemoteMind.check(try RemoteMindOptions(address: server.base, model: "m", environment: environment))
        }
        #expect(states == [.failed(TransferEnd.untrusted.failure), .ready, .failed(TransferEnd.untrusted.failure)])
    }

    @Test(.enabled(if: TLSServer.isThere, "openssl is not installed")) func aCertificateForAnotherHostIsNotTrusted()
        throws
    {
        let server = try TLSServer(host: "127.0.0.2")
        defer { server.stop() }
        let environment = ["SSL_CERT_FILE": server.certificate]
        let state = RemoteMind.check(try RemoteMindOptions(address: server.base, model: "m", environment: environment))
        #expect(state == .failed(TransferEnd.untrusted.failure))
    }
}
