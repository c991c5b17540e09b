// What `duet serve` finds out before it loads the model, and what `--check` says of it all.

internal import Callers
internal import Evaluation
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels
internal import Service
internal import Sockets

extension Serve {
    /// Where it is to listen. Throws where it cannot, or where a folder that was named cannot be used.
    func checkPlaces() throws -> [SocketAddress] {
        if let page, FileTrouble.reading(page + "/index.html") != nil {
            throw CommandError(.input, "--page: there is no page in \(page): index.html is missing")
        }
        if let record { try OutputFile.check("\(record)/duet-\(getpid()).tape") }
        var configuration = ServerConfiguration()
        (configuration.hosts, configuration.port) = (host, port)
        return try Server.check(configuration)
    }

    func summary(_ loaded: any LoadedModel, addresses: [SocketAddress], keyCount: Int) -> ServeSummary {
        ServeSummary(
            addresses: addresses.map(\.description), model: loaded.name,
            precision: "weights \(weights), cache \(cache)", kernels: KernelTable.instructionSet,
            openBLAS: OpenBLAS.serves ? "serves" : "unused", workers: workerCount, sessionsMax: sessionsMax,
            sessionsPerAddress: sessionsPerAddress, bytesPerSession: loaded.bytesPerSession,
            bytesAtStart: MemoryRoom.resident, bytesAvailable: MemoryRoom.now.least, keyCount: keyCount,
            recordFolder: record)
    }
}
