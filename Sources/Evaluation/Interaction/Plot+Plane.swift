// Both sides of the plane: systems that yield to everything, and systems that talk on through everything.

internal import Foundation

extension Plot {
    /// A system in the plane, with the 95 % intervals of its two shares.
    struct Place {
        var x: Figure
        var y: Figure
        var label: String
        var isOurs = false
    }

    private static let side = 320.0, corner = (x: 64.0, y: 56.0)

    /// Shares against shares. Others' systems are numbered; places too close for two numbers share theirs.
    static func plane(_ title: String, x: String, y: String, _ places: [Place]) -> String {
        let known = places.filter { $0.x.value != nil && $0.y.value != nil }
        guard !known.isEmpty else { return "" }
        let others = known.filter { !$0.isOurs }, ours = known.filter(\.isOurs)
        let frame =
            (0...5).flatMap { step -> [String] in
                let share = Double(step) / 5, place = point(share, share)
                let label = String(format: "%.1f", share)
                return [
                    "<path d=\"M\(n(corner.x)) \(n(place.y))h\(n(side))M\(n(place.x)) \(n(corner.y))v\(n(side))\" stroke=\"#e7e5e4\"/>",
                    text(corner.x - 8, place.y + 4, label, colour: faint, anchor: "end"),
                    text(place.x, corner.y + side + 18, label, colour: faint, anchor: "middle"),
                ]
            } + [
                text(corner.x + side / 2, corner.y + side + 38, x, colour: faint, anchor: "middle"),
                text(corner.x - 40, corner.y - 10, y, colour: faint),
            ]
        let parts =
            frame + others.map { dot($0, colour: faint) } + numbers(others) + ours.flatMap(cross)
            + (ours.count > 1 ? letters(ours) : [])
        return svg(title, width: corner.x + side + 250, height: corner.y + side + 50, parts + key(others, ours))
    }

    private static func point(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
        (corner.x + side * x, corner.y + side * (1 - y))
    }

    private static func dot(_ place: Place, colour: String, radius: Double = 4) -> String {
        let at = point(place.x.value!, place.y.value!)
        return "<circle cx=\"\(n(at.x))\" cy=\"\(n(at.y))\" r=\"\(n(radius))\" fill=\"\(colour)\"/>"
    }

    /// Each number above its dot; one text beside dots that nearly coincide.
    private static func numbers(_ places: [Place]) -> [String] {
        var groups: [(at: (x: Double, y: Double), numbers: [Int])] = []
        for (index, place) in places.enumerated() {
            let at = point(place.x.value!, place.y.value!)
            if let near = groups.firstIndex(where: { abs($0.at.x - at.x) < 14 && abs($0.at.y - at.y) < 14 }) {
                groups[near].numbers.append(index + 1)
            } else {
                groups.append((at, [index + 1]))
            }
        }
        return groups.map { group in
            let label = group.numbers.map(String.init).joined(separator: ", ")
            return group.numbers.count == 1
                ? text(group.at.x, group.at.y - 8, label, colour: faint, anchor: "middle", size: 11)
                : text(group.at.x - 10, group.at.y + 4, label, colour: faint, anchor: "end", size: 11)
        }
    }

    /// Our place with its intervals.
    private static func cross(_ place: Place) -> [String] {
        let at = point(place.x.value!, place.y.value!)
        let low = point(place.x.low ?? place.x.value!, place.y.low ?? place.y.value!)
        let high = point(place.x.high ?? place.x.value!, place.y.high ?? place.y.value!)
        let lines = "M\(n(low.x)) \(n(at.y))H\(n(high.x))M\(n(at.x)) \(n(low.y))V\(n(high.y))"
        return ["<path d=\"\(lines)\" stroke=\"\(accent)\"/>", dot(place, colour: accent, radius: 5)]
    }

    /// Which dot of several is which.
    private static func letters(_ places: [Place]) -> [String] {
        zip(places, ["a", "b", "c"]).map { place, letter in
            let at = point(place.x.value!, place.y.value!)
            return text(at.x - 9, at.y - 7, letter, colour: accent, anchor: "end", weight: 600)
        }
    }

    /// What the dots are: ours by name, the others by number.
    private static func key(_ others: [Place], _ ours: [Place]) -> [String] {
        let left = corner.x + side + 24
        let first = ours.enumerated().flatMap { index, place -> [String] in
            let y = corner.y + 12 + 18 * Double(index)
            return [
                "<circle cx=\"\(n(left + 5))\" cy=\"\(n(y - 4))\" r=\"5\" fill=\"\(accent)\"/>",
                text(
                    left + 18, y, (ours.count > 1 ? ["a  ", "b  ", "c  "][index] : "") + place.label, colour: accent,
                    weight: 600),
            ]
        }
        let second = others.enumerated().map { index, place in
            let y = corner.y + 22 + 18 * Double(ours.count + index)
            return text(left, y, "\(index + 1)  \(place.label)", colour: faint)
        }
        return first + second
    }
}
