// The option for back-channels: `duet serve` and `duet talk` share it.

public import ArgumentParser

public struct BackChannelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What the assistant says, in turn, while the user tells something long, such as \"mm-hm|I see\". Only models that recognise turns do.",
            valueName: "phrase|…"))
    var backChannels: String?

    public init() {}

    public func validate() throws {
        guard backChannels == nil || !phrases.isEmpty else { throw ValidationError("--back-channels has no phrase") }
    }

    /// None without the option.
    public var phrases: [String] {
        (backChannels ?? "").split(separator: "|").map(String.init).filter { $0.contains { $0.isLetter } }
    }
}
