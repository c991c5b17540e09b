// The options for the mind: `duet serve` and `duet chat` share them.

public import ArgumentParser
internal import Basics
internal import Callers
public import Dialogue
internal import Foundation
internal import Kernels
public import Minds
internal import Transformer

public struct MindOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The text model that answers: http://HOST:PORT/v1 of a server of chat completions, a GGUF file, or none. The default is the file that Scripts/fetch-mind fetches, if it is there.",
            valueName: "url|file|none"))
    public var mind: String?
    @Option(help: "Name of the model at that server.") var mindModel: String?
    @Option(parsing: .unconditional, help: "Milliseconds without a word of an answer until the user is asked to wait.")
    var mindPatience = MindRules().patienceMilliseconds
    @Option(parsing: .unconditional, help: "Milliseconds without a word until an answer is given up.")
    var mindTimeout = MindRules().timeoutMilliseconds
    @Option(help: "Precision of an embedded mind's weights: \(Precision.names).") var mindWeights = Precision.int8g
    @Option(help: "Chat template of an embedded mind. The default is the one that its file says.")
    var chatTemplate: String?
    @Option(help: "How an embedded mind is to behave in sessions whose clients do not say.") var mindInstructions = ""
    @Flag(help: "Ask a remote mind while the user may yet go on: answers come sooner, and cost more requests.")
    var mindSpeculates = false

    public init() {}

    public func validate() throws {
        guard (100...60_000).contains(mindPatience) else {
            throw ValidationError("--mind-patience must be 100 to 60000 milliseconds")
        }
        guard (mindPatience...600_000).contains(mindTimeout) else {
            throw ValidationError("--mind-timeout must be from --mind-patience to 600000 milliseconds")
        }
        if isRemote { _ = try remote() }
        guard isRemote || (mindModel == nil && !mindSpeculates) else {
            throw ValidationError("--mind-model and --mind-speculates need --mind with a URL")
        }
        guard !isRemote || mindInstructions.isEmpty else {
            throw ValidationError("--mind-instructions is for a mind in this process")
        }
    }

    public var rules: MindRules {
        var rules = MindRules()
        (rules.patienceMilliseconds, rules.timeoutMilliseconds) = (mindPatience, mindTimeout)
        // A tuned mind is surer of ends than a model as it comes (Models/mind).
        if !isRemote, file?.tuning != nil { rules.provisionalMin = -6 }
        return rules
    }

    /// Throws if the file of an embedded mind cannot be read. Loading it comes later, and takes time.
    public func check() throws {
        guard let mind, !isRemote, mind != "none", let problem = FileTrouble.readProblem(mind) else { return }
        throw CommandError(.input, "--mind: \(problem)")
    }

    /// The mind for so many sessions; nil for none. What may go wrong with it later, `warn` is told: its address and the reason.
    public func make(sessionsMax: Int, warn: (String, String) -> Void) throws -> (any Mind)? {
        if isRemote { return try connect(sessionsMax, warn) }
        try check()
        guard let file else { return nil }
        return try load(file, sessionsMax)
    }

    private func connect(_ sessionsMax: Int, _ warn: (String, String) -> Void) throws -> any Mind {
        var options = try remote()
        options.sessionsMax = sessionsMax
        if let warning = RemoteMind.check(options).warning { warn(options.address, warning) }
        do { return try RemoteMind(options) } catch { throw CommandError(.unavailable, "--mind: \(error)") }
    }

    /// The GGUF file of an embedded mind; nil for none. Only the default one is tuned.
    private var file: (path: String, tuning: String?)? {
        guard let mind else { return StandardMind.find() }
        return mind == "none" ? nil : (mind, StandardMind.tuning(of: mind))
    }

    /// The mind of conversations on a virtual clock, which no thread serves; nil for none. A model that `needsMind` has the default one.
    public func virtual(sessionsMax: Int, needsMind: Bool) throws -> (mind: EmbeddedMind, rules: MindRules)? {
        guard !isRemote else { throw ValidationError("--mind: on a virtual clock it must be a file, or none") }
        guard mind != nil || needsMind else { return nil }
        try check()
        return try file.map { (try open($0, sessionsMax), rules) }
    }

    private func load(_ file: (path: String, tuning: String?), _ sessionsMax: Int) throws -> any Mind {
        let mind = try open(file, sessionsMax)
        guard mind.start() else { throw CommandError(.unavailable, "the system has no thread for the mind") }
        return mind
    }

    private func open(_ file: (path: String, tuning: String?), _ sessionsMax: Int) throws -> EmbeddedMind {
        var options = EmbeddedOptions()
        (options.sessionsMax, options.instructions) = (sessionsMax, mindInstructions)
        // The default mind is a small one: what the server can answer itself comes first.
        if StandardMind.isIts(file.path) { options.reflex = Self.skills }
        do {
            return try EmbeddedMind(
                path: file.path, template: chatTemplate, tuning: file.tuning, precision: mindWeights, options: options)
        } catch { throw CommandError(.input, "--mind: \(error)") }
    }

    /// A session's skills, by this machine's clock and time zone.
    @Sendable private static func skills() -> any Reflex {
        SkillReflex(seed: .random(in: 0...UInt64.max)) {
            let now = Calendar.current.dateComponents([.year, .month, .day, .hour, .minute], from: Date())
            return Skills.Moment(
                year: now.year!, month: now.month!, day: now.day!, hour: now.hour!, minute: now.minute!,
                zone: TimeZone.current.identifier)
        }
    }

    var isRemote: Bool { mind?.contains("://") == true }

    /// How to reach a remote mind.
    func remote() throws -> RemoteMindOptions {
        do {
            var options = try RemoteMindOptions(
                address: mind ?? "", model: mindModel ?? "", environment: ProcessInfo.processInfo.environment)
            options.speculates = mindSpeculates
            options.patienceMilliseconds = Int64(mindPatience)
            options.firstTokenMilliseconds = Int64(mindTimeout)
            return options
        } catch { throw ValidationError("--mind: \(error)") }
    }
}
