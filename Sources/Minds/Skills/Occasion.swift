// What a rule may look at and change while it answers.

import Basics

/// The values that surround a request.
struct Occasion {
    var memory: SkillMemory
    let moment: Skills.Moment
    var random: Random
    /// What the assistant is called.
    let assistant: String
}
