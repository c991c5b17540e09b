// What `duet serve --check` prints.

public import Families
internal import Foundation
internal import Kernels
internal import Minds
public import Sockets

/// The configuration that would run, in readable form. Sizes in bytes.
public struct ServeSummary {
    var addresses: [String]
    var model, precision, kernels, openBLAS: String
    /// Nil without a mind.
    var mind: String?
    var workers, sessionsMax: Int
    var sessionsPerAddress: Int?
    var memory: MemoryPlan
    /// Nil if the system does not report it.
    var bytesAvailable: Int?
    var keyCount: Int
    var recordFolder: String?

    /// The lines to print, each with a name and a text.
    var lines: [(name: String, text: String)] {
        let perAddress = sessionsPerAddress.map { ", \($0) for one address" } ?? ""
        let keys =
            keyCount == 0
            ? "none: everybody who reaches the address may talk"
            : "wanted; \(keyCount) \(keyCount == 1 ? "is" : "are") valid"
        let available = bytesAvailable.map { "; \(Self.megabytes($0)) are available" } ?? ""
        return [
            ("address", addresses.joined(separator: ", ")),
            ("model", "\(model), \(precision)"),
            ("mind", mind ?? "none: the model answers everything itself"),
            ("kernels", "\(kernels); OpenBLAS \(openBLAS)"),
            ("workers", "\(workers)"),
            ("sessions", "\(sessionsMax) at most\(perAddress)"),
            (
                "memory",
                """
                \(Self.megabytes(memory.loadedBytes + memory.slotsBytes)) at start: \(Self.megabytes(memory.loadedBytes)) for the program and the \
                model, \(Self.megabytes(memory.slotsBytes)) for \(memory.slots) session\(memory.slots == 1 ? "" : "s") of \
                \(String(format: "%.1f MB", Double(memory.sessionBytes) / 1e6))\(available)
                """
            ),
            ("keys", keys),
        ] + (recordFolder.map { [("record", "everything that callers say, in \($0)")] } ?? [])
    }

    public func print() {
        for (name, text) in lines { Swift.print(name.padding(toLength: 10, withPad: " ", startingAt: 0) + text) }
    }

    private static func megabytes(_ bytes: Int) -> String { "\(MemoryPlan.rounded(bytes)) MB" }
}

extension ServeSummary {
    /// After the trial slices, which count the products.
    private static var openBLAS: String {
        OpenBLAS.serves
            ? "serves \(Int((100 * OpenBLAS.counts.share).rounded())) % of products in trial slices" : "unused"
    }

    public init(_ options: ServiceOptions, model: any LoadedModel, addresses: [SocketAddress], memory: MemoryPlan) {
        self.init(
            addresses: addresses.map(\.description), model: model.name,
            precision: "weights \(options.weights), cache \(options.cache)", kernels: KernelTable.instructionSet,
            openBLAS: Self.openBLAS, mind: options.mind?.name, workers: options.workers,
            sessionsMax: options.sessionsMax,
            sessionsPerAddress: options.sessionsPerAddressMax, memory: memory, bytesAvailable: MemoryRoom.now.least,
            keyCount: options.keys.count,
            recordFolder: options.recordFolder)
    }
}
