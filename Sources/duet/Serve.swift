// `duet serve`: the server in the foreground until SIGTERM or SIGINT.

internal import ArgumentParser
internal import Basics
internal import Bench
internal import Callers
internal import Dialogue
internal import Evaluation
internal import Families
internal import Foundation
internal import Glibc
internal import Kernels
internal import Service
internal import Sockets
internal import Wire

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the server.")

    @Option(help: "Address to listen on, IPv4 or IPv6; may be given several times.") var host = ["127.0.0.1"]
    @Option(parsing: .unconditional, help: "Port; 0 takes a free one.") var port = 8998
    @Option(help: "Directory of the model.") var model = ModelPath.standard
    @Option(help: "Precision of the weights: \(Precision.names).") var weights = Precision.standard
    @Option(help: "Precision of cached keys and values: \(Precision.cacheNames).", transform: Precision.forCaches)
    var cache = Precision.standard
    @Option(parsing: .unconditional, help: "Worker threads. The default is one a core.") var workers: Int?
    @Option(parsing: .unconditional, help: "Sessions at most, over all workers; each takes its memory at the start.")
    var sessionsMax = 128
    @Option(
        parsing: .unconditional,
        help:
            "Sessions that clients of one address may have. The default is no limit: behind a proxy all have the same.")
    var sessionsPerAddress: Int?
    @Option(
        parsing: .unconditional,
        help: "Groups of a worker's sessions, 1 to 16, each with its part of the slice: more cost more, answer sooner.")
    var phases = Limits().phases
    @Option(
        parsing: .unconditional,
        help: "Share of a slice's time that its p99 cost may take, 0.1 to 1: beyond it nobody more is admitted.")
    var budget = Limits().budget
    @Option(help: "File of keys, one a line, of which clients need one. DUET_API_KEY may hold one more.")
    var keys: String?
    @Option(help: "File that the log is appended to; opened anew on SIGHUP. The default is standard error.")
    var log: String?
    @Option(
        help: "Proxy, or range of them such as 10.0.0.0/8, whose X-Forwarded-For counts; may be given several times.")
    var trustProxy: [String] = []
    @Option(help: "Origin whose pages may connect, such as https://app.example, or *; may be given several times.")
    var allowOrigin: [String] = []
    @Option(help: "Name by which the server may be asked for, such as duet.example, or *; may be given several times.")
    var allowHost: [String] = []
    @Option(parsing: .unconditional, help: "Seconds that a session may last, 10 or more. The default is for ever.")
    var sessionSecondsMax: Int?
    @Option(
        parsing: .unconditional,
        help: "Seconds that a session keeps its slot for a client that was cut off; 0 to 600, 0 for none.")
    var resumeSeconds = 30
    @Option(parsing: .unconditional, help: "Seconds that sessions may go on after SIGTERM.") var drainSeconds = 0
    @Option(
        help:
            "Folder in which each worker records what it is given, for `duet replay`: all that callers say, unencrypted."
    )
    var record: String?
    @Option(parsing: .unconditional, help: "Megabytes of recordings at most, 1 to 1000000; then recording stops.")
    var recordMegabytes = 1024
    @Option(help: "Directory of the page at /, to work on it: its files are read anew for every request.")
    var page: String?
    @OptionGroup var mindOptions: MindOptions
    @OptionGroup var backChannels: BackChannelOptions
    @Flag(help: "Load the model, say what would run, and exit.") var check = false

    func validate() throws {
        for host in host where SocketAddress(host, port: 0) == nil {
            throw ValidationError("--host must be an address, such as 127.0.0.1, ::1, 0.0.0.0 or ::; \(host) is none")
        }
        for (option, problem) in allowOrigin.map({ ("--allow-origin", OriginPolicy.originProblem($0)) })
            + allowHost.map({ ("--allow-host", OriginPolicy.hostProblem($0)) })
        {
            if let problem { throw ValidationError("\(option) \(problem)") }
        }
        for proxy in trustProxy where AddressRange(proxy) == nil {
            throw ValidationError(
                "--trust-proxy must be an address or a range, such as 10.0.0.1 or 10.0.0.0/8; \(proxy) is none")
        }
        guard (0...65535).contains(port) else { throw ValidationError("--port must be 0 to 65535") }
        guard (workers ?? 1) > 0, (workers ?? 1) <= 256 else { throw ValidationError("--workers must be 1 to 256") }
        guard sessionsMax > 0, sessionsMax <= 10_000 else { throw ValidationError("--sessions-max must be 1 to 10000") }
        guard sessionsPerAddress ?? 1 > 0 else { throw ValidationError("--sessions-per-address must be at least 1") }
        guard (1...16).contains(phases) else { throw ValidationError("--phases must be 1 to 16") }
        guard (0.1...1).contains(budget) else { throw ValidationError("--budget must be 0.1 to 1") }
        guard sessionSecondsMax ?? 10 >= 10 else { throw ValidationError("--session-seconds-max must be at least 10") }
        guard (0...600).contains(resumeSeconds) else { throw ValidationError("--resume-seconds must be 0 to 600") }
        guard (1...1_000_000).contains(recordMegabytes) else {
            throw ValidationError("--record-megabytes must be 1 to 1000000")
        }
        guard (0...86_400).contains(drainSeconds) else { throw ValidationError("--drain-seconds must be 0 to 86400") }
    }

    func run() throws {
        defer { Log.flush() }
        let signals = Signals()
        try prepareLog()
        signal(SIGPIPE, SIG_IGN)
        // Load last what takes a second to load.
        let addresses = try checkPlaces()
        var options = try options()
        let loaded = try load(options.modelPath), memory = try plan(loaded)
        for notice in loaded.notices { Log.warning("the model lacks a part", [("why", .string(notice))]) }
        options.limits.stepCost = try measure(loaded)
        options.mind = try mindOptions.make(sessionsMax: sessionsMax) { mind, why in
            Log.warning("the mind may not answer", [("mind", .string(mind)), ("why", .string(why))])
        }
        options.limits.mind = options.mind.map { _ in mindOptions.rules }
        if check { return ServeSummary(options, model: loaded, addresses: addresses, memory: memory).print() }
        let service = try Service(options, model: loaded)
        tellWhere(service, keyCount: options.keys.count)
        wait(for: signals, service)
        signals.release()
        service.stop()
        Log.info("stopped")
    }

    /// A check leaves the file alone: a running server may be writing it.
    private func prepareLog() throws {
        guard let log else { return }
        let why = check ? Log.writeProblem(log) : Log.open(log)
        if let why { throw CommandError(.output, "--log cannot be written: \(why)") }
    }

    /// For people on standard output, for programs in the log.
    private func tellWhere(_ service: Service, keyCount: Int) {
        Log.info(
            "listening",
            [
                ("version", .string(Service.version)),
                ("addresses", .array(service.addresses.map { .string($0.description) })),
                ("keys", .integer(Int64(keyCount))),
            ])
        for address in service.addresses { print("duet listens on ws://\(address)/v1/duplex") }
        print("talk to it in a browser: http://\(service.addresses[0])/")
        fflush(nil)
    }

    /// The addresses of `--host`, each once.
    private var hosts: [String] {
        host.compactMap { SocketAddress($0, port: 0)?.host }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    private func options() throws -> ServiceOptions {
        var options = ServiceOptions(hosts: hosts, port: port, workers: workerCount, sessionsMax: sessionsMax)
        options.resumeSeconds = resumeSeconds
        options.sessionSecondsMax = sessionSecondsMax
        options.sessionsPerAddressMax = sessionsPerAddress
        options.pageFolder = page
        options.allowOrigins = allowOrigin
        options.allowHosts = allowHost
        (options.recordFolder, options.recordBytesMax) = (record, recordMegabytes << 20)
        (options.modelPath, options.weights, options.cache) = (ModelPath.find(model), weights, cache)
        options.limits.phases = phases
        options.limits.budget = budget
        options.limits.backChannels = backChannels.phrases
        options.trustedProxies = trustProxy.compactMap { AddressRange($0) }
        options.modelCreated = Int(
            (ModelPath.weights(in: options.modelPath).modified ?? .distantPast).timeIntervalSince1970)
        options.keys = try readKeys()
        options.twilioToken = ProcessInfo.processInfo.environment["DUET_TWILIO_AUTH_TOKEN"]
        return options
    }

    /// The addresses to listen on. Throws if one cannot be used, or a folder from the options cannot.
    private func checkPlaces() throws -> [SocketAddress] {
        if let page, FileTrouble.readProblem(page + "/index.html") != nil {
            throw CommandError(.input, "--page: there is no page in \(page): index.html is missing")
        }
        if let record { try checkRecord(record) }
        try mindOptions.check()
        var configuration = ServerConfiguration()
        (configuration.hosts, configuration.port) = (hosts, port)
        return try Server.check(configuration)
    }

    private func checkRecord(_ folder: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandError(.output, "--record must be a folder that exists; \(folder) is none")
        }
        guard !check else {
            if access(folder, W_OK | X_OK) == 0 { return }
            throw CommandError(.output, "cannot write \(folder): \(String(cString: strerror(errno)).lowercased())")
        }
        try OutputFile.check("\(folder)/duet-\(getpid()).tape")
    }

    private func load(_ directory: String) throws -> any LoadedModel {
        // Memory for the file and for the weights in their own form.
        try require(2 * ModelPath.weights(in: directory).bytes, for: "the model")
        let loaded = try ModelFamilies.load(directory, weights: weights, cache: cache)
        let times = KernelTable.choose(loaded.products)
        describe(loaded)
        Log.info("kernels measured", Self.fields(times))
        return loaded
    }

    private func plan(_ loaded: any LoadedModel) throws -> MemoryPlan {
        let plan = MemoryPlan(
            sessionBytes: loaded.bytesPerSession, sessionsMax: sessionsMax, workers: workerCount)
        try require(plan.slotsBytes, for: "\(sessionsMax) session\(sessionsMax == 1 ? "" : "s") (--sessions-max)")
        plan.log()
        return plan
    }

    private func measure(_ loaded: any LoadedModel) throws -> StepCost {
        let costs = CostProbe.measure(loaded, rows: [1, 16]), coding = try CostProbe.coding(loaded.plan)
        Log.info(
            "slice measured",
            costs.map { ("ms_for_\($0.rows)", .number($0.milliseconds)) }
                + [("ms_coding", .number(coding)), ("openblas_share", .number(OpenBLAS.counts.share))])
        return CostProbe.stepCost(costs, coding: coding)
    }

    private func require(_ bytes: Int, for what: String) throws {
        if let complaint = MemoryRoom.now.complaint(need: bytes, for: what) {
            throw CommandError(.unavailable, complaint)
        }
    }

    private var workerCount: Int { workers ?? System.coreCount }

    /// A key that does not come from the file.
    private var environmentKey: String? {
        ProcessInfo.processInfo.environment["DUET_API_KEY"].flatMap { $0.isEmpty ? nil : $0 }
    }

    private func readKeys() throws -> [String] {
        var found = [environmentKey].compactMap { $0 }
        if let keys {
            do { found = try Keys.load(keys, and: environmentKey) } catch {
                throw CommandError(.input, "--keys: \(error)")
            }
        }
        let reachable = host.filter { SocketAddress($0, port: 0)?.isLoopback == false }
        if found.isEmpty, !reachable.isEmpty {
            Log.warning(
                "everybody who reaches this address may connect; --keys asks for keys",
                [("host", .string(reachable.joined(separator: ", ")))])
        }
        return found
    }

    private func describe(_ loaded: any LoadedModel) {
        Log.info(
            "model loaded",
            [
                ("model", .string(loaded.name)), ("openblas_core", .string(OpenBLAS.core ?? "missing")),
                ("kernels", .string(KernelTable.instructionSet)), ("weights", .string(weights.rawValue)),
                ("cache", .string(cache.rawValue)),
            ])
    }

    private static func fields(_ times: KernelTimes) -> [(String, JSONText)] {
        let openblas = OpenBLAS.serves ? "serves" : times.manyRows.isEmpty ? "unused" : "slower"
        var fields: [(String, JSONText)] = [
            ("choice", .string(KernelTable.instructionSet)), ("openblas", .string(openblas)),
        ]
        for set in times.sets { fields.append(("us_\(set.name)", .number(set.microseconds.rounded()))) }
        for set in times.manyRows { fields.append(("us_many_rows_\(set.name)", .number(set.microseconds.rounded()))) }
        return fields
    }

    private func wait(for signals: Signals, _ service: Service) {
        let reload = Reload(service, keysFile: keys, environmentKey: environmentKey)
        let caught = signals.waitForEnd(reload: reload.runAndLog)
        Log.info(
            "stopping", [("signal", .integer(Int64(caught))), ("sessions", .integer(Int64(service.sessionCount)))])
        service.drain(seconds: drainSeconds)
        for _ in 0..<drainSeconds * 10 where service.sessionCount > 0 {
            // A second signal ends the wait at once.
            if signals.endsWithin(milliseconds: 100, reload: reload.runAndLog) { return }
        }
    }
}
