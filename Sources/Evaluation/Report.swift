// The result of an evaluation: rows and figures, in order.

/// The result of a run.
public struct Report: Codable, Sendable {
    /// One suite's figures.
    public struct Section: Codable, Sendable {
        public var title: String
        public var conversations: Int
        public var figures: [Figure]
        /// The title and, if the section has conversations of its own, their number.
        var heading: String { conversations > 0 ? "\(title), \(conversations) conversations" : title }

        /// Why a figure is missing, or how to read it.
        public var note: String?
    }

    public var model: String
    /// How the conversations were held.
    public var how: String
    public var sections: [Section] = []
    /// Conversations that failed, and why.
    public var failures: [String] = []
    public var rows: [Row] = []

    public init(model: String, how: String) { (self.model, self.how) = (model, how) }

    /// Adds the conversations of one suite.
    public mutating func add(_ suite: Suite, _ outcomes: [Outcome]) {
        let judged = outcomes.flatMap(\.rows)
        failures += outcomes.compactMap { outcome in outcome.failure.map { "\(outcome.scene.id): \($0)" } }
        rows += judged
        sections.append(
            Section(
                title: suite.rawValue, conversations: outcomes.count, figures: Quantities.figures(suite, judged)))
    }

    public var figures: [Figure] { sections.flatMap(\.figures) }

    /// The figure of this name, if it was measured.
    func figure(_ name: String) -> Figure? { figures.first { $0.name == name && $0.value != nil } }
}
