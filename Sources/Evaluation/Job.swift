// A conversation of the evaluation, before it is held.

/// A scene to run, with its suite.
public struct Job: Sendable {
    public var suite: Suite
    public var scene: Scene
    public enum Picture: Sendable { case always, whenBad, never }

    /// When to draw its timeline.
    public var picture: Picture

    public init(suite: Suite, scene: Scene, picture: Picture = .never) {
        (self.suite, self.scene, self.picture) = (suite, scene, picture)
    }
}
