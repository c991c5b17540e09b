// The configuration behind a recording, to and from its header.

public import Basics
public import Dialogue
public import Kernels
public import Switchboard

/// A tape's header, parsed.
public struct TapeSetup {
    public let model: String
    public let weights: Precision, cache: Precision
    public let kernels: String
    public let isOnOpenBLAS: Bool
    public let slots: Int
    public var limits = Limits()
    public var rules = Switchboard.Rules()

    public init(_ header: TapeHeader) throws(TapeError) {
        func text(_ name: String) throws(TapeError) -> String {
            guard let value = header.fields[name] else { throw TapeError("its header has no \(name)") }
            return value
        }
        func number(_ name: String) throws(TapeError) -> Int {
            guard let value = Int(try text(name)) else { throw TapeError("\(name) in its header is no number") }
            return value
        }
        guard let weights = Precision(rawValue: try text("weights")),
            let cache = Precision(rawValue: try text("cache"))
        else { throw TapeError("its header names an unknown precision") }
        (model, self.weights, self.cache, slots) = (try text("model"), weights, cache, try number("slots"))
        (kernels, isOnOpenBLAS) = (try text("kernels"), try text("openblas") == "serves")
        limits.phases = try number("phases")
        limits.budget = Double(try text("budget")) ?? limits.budget
        if let fixed = Double(try text("cost_fixed")), let row = Double(try text("cost_row")) {
            limits.stepCost = StepCost(fixed: fixed, row: row)
        }
        limits.mind = header.fields["mind"].flatMap(Self.mindRules)
        limits.backChannels = header.fields["back_channels"]?.split(separator: "|").map(String.init) ?? []
        rules.modelName = try text("name")
        rules.resumeSeconds = try number("resume_seconds")
        rules.secondsMax = Int(try text("seconds_max"))
    }

    /// Rules from their times in milliseconds.
    private static func mindRules(_ text: String) -> MindRules? {
        let times = text.split(separator: " ").compactMap { Int($0) }
        guard times.count == 2 else { return nil }
        var rules = MindRules()
        (rules.patienceMilliseconds, rules.timeoutMilliseconds) = (times[0], times[1])
        return rules
    }

    public static func header(
        _ options: ServiceOptions, name: String, slots: Int, start: Instant
    ) -> TapeHeader {
        let limits = options.limits
        return TapeHeader(
            fields: [
                "model": options.modelPath, "weights": options.weights.rawValue, "cache": options.cache.rawValue,
                "name": name, "slots": "\(slots)", "phases": "\(limits.phases)",
                "budget": "\(limits.budget)", "cost_fixed": "\(limits.stepCost.fixed)",
                "cost_row": "\(limits.stepCost.row)", "resume_seconds": "\(options.resumeSeconds)",
                "seconds_max": options.sessionSecondsMax.map { "\($0)" } ?? "none", "version": Service.version,
                "mind": limits.mind.map { "\($0.patienceMilliseconds) \($0.timeoutMilliseconds)" } ?? "none",
                "back_channels": limits.backChannels.joined(separator: "|"),
                "kernels": KernelTable.instructionSet, "openblas": OpenBLAS.serves ? "serves" : "unused",
            ], start: start)
    }
}
