// A conversation that is to be held.

/// A conversation to be held.
public struct Job: Sendable {
    public var suite: Suite
    public var scene: Scene
    public enum Picture: Sendable { case always, whenBad, never }

    /// When a person gets to see its timeline.
    public var picture: Picture

    public init(suite: Suite, scene: Scene, picture: Picture = .never) {
        (self.suite, self.scene, self.picture) = (suite, scene, picture)
    }
}
