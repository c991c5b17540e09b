// One skill: a name and rules. A plug-in is one file and one line in `Skills.all`.

/// One kind of request that the server answers by itself.
protocol Skill: SendableMetatype {
    /// Lower case, for `Skills.init(leavingOut:)`.
    static var name: String { get }
    /// Tried in order; the first that answers wins.
    static var rules: [Rule] { get }
}

extension Skill {
    static func answer(_ heard: Heard, _ occasion: inout Occasion) -> String? {
        for rule in rules {
            if let answer = rule.answer(heard, &occasion) { return answer }
        }
        return nil
    }
}
