// Which text model answers what the model does not: the options of `duet serve` and `duet chat`.

internal import ArgumentParser
internal import Callers
internal import Dialogue
internal import Foundation
internal import Minds
internal import Service
internal import Wire

struct MindOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The text model that answers: http://HOST:PORT/v1 of a server of chat completions, or none.",
            valueName: "url|none"))
    var mind: String?
    @Option(help: "Name of the model at that server.") var mindModel: String?
    @Option(parsing: .unconditional, help: "Milliseconds without a word of an answer until the user is asked to wait.")
    var mindPatience = MindRules().patienceMilliseconds
    @Option(parsing: .unconditional, help: "Milliseconds without a word until an answer is given up.")
    var mindTimeout = MindRules().timeoutMilliseconds
    @Flag(help: "Ask a remote mind while the user may yet go on: answers come sooner, and cost more requests.")
    var mindSpeculates = false

    func validate() throws {
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
    }

    var rules: MindRules {
        var rules = MindRules()
        (rules.patienceMilliseconds, rules.timeoutMilliseconds) = (mindPatience, mindTimeout)
        return rules
    }

    /// The mind for so many sessions; nil for none.
    func make(sessionsMax: Int) throws -> (any Mind)? {
        guard isRemote else { return nil }
        var options = try remote()
        options.sessionsMax = sessionsMax
        if let warning = RemoteMind.check(options).warning {
            Log.warning("the mind may not answer", [("mind", .string(options.address)), ("why", .string(warning))])
        }
        do { return try RemoteMind(options) } catch { throw CommandError(.unavailable, "--mind: \(error)") }
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
