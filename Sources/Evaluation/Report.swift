// Everything that an evaluation found out: rows and figures, in order.

/// The result of a run.
public struct Report: Sendable {
    public struct Section: Sendable {
        public var title: String
        public var conversations: Int
        public var figures: [Figure]
        /// Why a figure is missing, or how it is to be read.
        public var note: String?
    }

    public var model: String
    public var sections: [Section] = []
    public var rows: [Row] = []
    /// Conversations that broke off, and why.
    public var failures: [String] = []

    public init(model: String) { self.model = model }

    /// Judges the conversations of one suite.
    public mutating func add(_ suite: Suite, _ talks: [(scene: Scene, log: TalkLog)]) {
        let judged = talks.filter { $0.log.failure == nil }.flatMap {
            Judge(suite: suite, scene: $0.scene, log: $0.log).rows
        }
        failures += talks.compactMap { talk in talk.log.failure.map { "\(talk.scene.id): \($0)" } }
        rows += judged
        sections.append(
            Section(
                title: suite.rawValue, conversations: talks.count, figures: Quantities.figures(suite, judged)))
    }

    public var figures: [Figure] { sections.flatMap(\.figures) }
}
