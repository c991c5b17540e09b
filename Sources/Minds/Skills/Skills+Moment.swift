// The time of a request, as the user's clock shows it.

import Basics

extension Skills {
    /// A civil date and time. Passed in: skills never ask a clock.
    public struct Moment: Sendable, Hashable {
        let date: CivilDate
        /// 0 to 23 and 0 to 59.
        let hour: Int
        let minute: Int
        /// How the time zone is spoken, such as "Berlin time"; empty where it goes without saying.
        let zone: String

        /// `zone` is a name of the time zone database ("Europe/Berlin", "UTC"); empty: it is not spoken.
        public init(year: Int, month: Int, day: Int, hour: Int, minute: Int, zone: String = "") {
            guard let date = CivilDate(year: year, month: month, day: day) else {
                invariant(false, "\(year)-\(month)-\(day) is no date")
                preconditionFailure()
            }
            invariant((0..<24).contains(hour) && (0..<60).contains(minute), "\(hour):\(minute) is no time")
            self.date = date
            self.hour = hour
            self.minute = minute
            self.zone = Self.spoken(zone: zone)
        }

        private static func spoken(zone: String) -> String {
            switch zone {
            case "": ""
            case "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z": "universal time"
            default: zone.split(separator: "/").last.map { $0.replacing("_", with: " ") + " time" } ?? ""
            }
        }
    }
}
