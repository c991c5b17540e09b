"""Tools for the mind's talks: seventeen written by hand, and thousands composed of a verb, a thing and parameters."""

import json

from mind_phrases import half, heard, phrases, relations

FORMS = (
    '# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n'
    '{tools}\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n'
    '{{"name": <function-name>, "arguments": <args-json-object>}}\n</tool_call>',
    "You can call these tools:\n<tools>\n{tools}\n</tools>")
TIMES = {"seven": "07:00", "eight": "08:00", "half past six": "06:30", "noon": "12:00", "nine": "09:00", "half past seven": "07:30", "ten": "10:00", "eleven": "11:00"}
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45}
DAYS = ("today", "tomorrow", "on monday", "on tuesday", "on friday", "on saturday", "on sunday")
ROOMS = ("kitchen", "bedroom", "living room", "bathroom", "hall", "office", "garage", "garden", "cellar", "attic")
FACTS, PHRASES = relations(), phrases()
# Words to copy: the more they differ, the less a call can be learned by heart.
ITEMS = ("milk", "bread", "eggs", "apples", "butter", "coffee", "rice", "soap", "batteries", "paper towels", "a new pen", "flowers") + tuple(heard(row[0]) for row in FACTS["from"].rows) + tuple(PHRASES["dish"])
SONGS = ("jazz", "rock music", "the beatles", "classical music", "quiet piano music", "some blues", "folk songs", "mozart", "country music", "techno") + tuple(heard(row[0]) for name in ("composed", "wrote", "painted") for row in FACTS[name].rows)
TASKS = ("buy milk", "call my mother", "water the plants", "take out the trash", "pay the rent", "feed the cat", "go to the dentist", "pick up the kids", "take my pills", "write the report") + tuple(row[0] for row in FACTS["howto"].rows)
TOPICS = ("penguins", "solar power", "the roman empire", "electric cars", "tomato plants", "black holes", "cheap flights", "good restaurants", "the world cup", "violin lessons") + tuple(heard(row[0]) for name in ("define", "person", "landmark", "food") for row in FACTS[name].rows)
TEXTS = ("i am late", "dinner is ready", "see you tomorrow", "happy birthday", "i will call later", "the meeting is over") + tuple(q for asked, _ in PHRASES["talk"] for q in asked if q.startswith(("i ", "you ", "it ")))
GOODS = ("apple", "gold", "silver", "coffee", "oil", "wheat", "copper", "sugar", "rice", "cotton", "corn", "tea", "iron", "wool", "diesel", "cheese", "a ticket to the zoo", "the red bike", "a box of eggs")
# Verb, participle; things; the last of each are kept for testing by `half`.
VERBS = (
    ("open", "open"), ("close", "closed"), ("start", "running"), ("stop", "stopped"), ("lock", "locked"), ("unlock", "unlocked"), ("delete", "deleted"), ("book", "booked"),
    ("order", "ordered"), ("cancel", "cancelled"), ("pause", "paused"), ("check", "checked"), ("find", "found"), ("rename", "renamed"), ("reset", "reset"), ("heat", "heating"),
    ("clean", "clean"), ("print", "printed"), ("save", "saved"), ("share", "shared"), ("send", "sent"), ("move", "moved"), ("repair", "repaired"), ("charge", "charging"))
THINGS = (
    "garage door", "gate", "garden pump", "report", "song", "table", "taxi", "ticket", "invoice", "washing machine", "robot", "sauna", "pool", "heater", "fan", "curtain", "window",
    "alarm", "playlist", "photo", "document", "room", "bike", "boat", "package", "letter", "lesson", "meeting", "appointment", "coffee machine", "oven", "printer", "camera", "drone",
    "elevator", "sprinkler", "tent", "canoe", "piano", "projector", "locker", "server", "backup", "subscription")


def schema(name, text, parameters):
    """`parameters`: {name: (type, description)}"""
    properties = {k: dict(type=kind) | (dict(description=d) if d else {}) for k, (kind, d) in parameters.items()}
    return dict(name=name, description=text, parameters=dict(type="object", properties=properties, required=list(parameters)))


class Written:
    """The written tools: each method gives schema, words, arguments, result, and what is said of it. "" stands for the only argument's name."""

    def __init__(self, r, p):
        """`r`: Random; `p(name)` picks from a list of phrases."""
        self.r, self.p, self.city = r, p, p("city")
        self.place, self.number = r.choice(("city", "location", "place")), r.choice(list(NUMBERS))

    def weather(self):
        sky, degrees, key = self.r.choice(["sunny", "cloudy", "rainy", "windy", "snowy", "foggy"]), self.r.randint(-5, 34), self.r.choice(["temperature", "degrees", "temp_c"])
        name = self.r.choice(["get_weather", "weather", "current_weather", "weather_now", "getWeather"])
        words = self.r.choice([f"what is the weather in {self.city}", f"how is the weather in {self.city} today", f"what's the weather like in {self.city}", f"weather in {self.city} please", f"is it raining in {self.city}", f"how warm is it in {self.city}"])
        say = self.r.choice([f"It is {sky} and {degrees} degrees in {self.city}.", f"In {self.city} it is {sky} with {degrees} degrees."])
        return schema(name, "Current weather of a city", {self.place: ("string", "City name")}), words, {self.place: self.city}, {key: degrees, self.r.choice(["sky", "condition", "weather"]): sky}, say

    def lights(self):
        room, on = self.r.choice(half(ROOMS, False)), self.r.choice(["on", "off"])
        words = self.r.choice([f"turn {on} the light in the {room}", f"switch the {room} light {on}", f"turn the lights {on} in the {room} please", f"lights {on} in the {room}"])
        name = self.r.choice(["set_light", "switch_light", "light", "control_lights"])
        state = self.r.choice(["state", "power"])
        return schema(name, "Switch a light on or off", {"room": ("string", ""), state: ("string", "on or off")}), words, {"room": room, state: on}, {"ok": True}, self.r.choice([f"The light in the {room} is {on}.", f"I turned {on} the {room} light."])

    def timer(self):
        name = self.r.choice(["set_timer", "start_timer", "timer"])
        key = self.r.choice(["minutes", "duration_minutes", "length"])
        words = self.r.choice([f"set a timer for {self.number} minutes", f"start a {self.number} minute timer", f"timer for {self.number} minutes please", f"wake me in {self.number} minutes"])
        return schema(name, "Start a timer", {key: ("integer", "minutes")}), words, {key: NUMBERS[self.number]}, {"status": "started"}, f"The timer is set for {self.number} minutes."

    def alarm(self):
        at = self.r.choice(list(TIMES))
        words = self.r.choice([f"wake me up at {at}", f"set an alarm for {at}", f"set my alarm to {at} please"])
        return schema(self.r.choice(["set_alarm", "create_alarm"]), "Set an alarm", {"time": ("string", "HH:MM")}), words, {"time": TIMES[at]}, {"alarm": TIMES[at]}, f"Your alarm is set for {at}."

    def music(self):
        song = self.r.choice(SONGS)
        key = self.r.choice(["query", "title", "music"])
        return schema(self.r.choice(["play_music", "play", "music_player"]), "Play music", {key: ("string", "what to play")}), self.r.choice([f"play {song}", f"put on {song} please", f"i want to hear {song}", f"can you play {song}"]), {key: song}, {"playing": song}, self.r.choice([f"Now playing {song}.", f"Here is {song}."])

    def reminder(self):
        task, day = self.r.choice(TASKS), self.r.choice(DAYS)
        day = day.removeprefix("on ")
        return schema(self.r.choice(["add_reminder", "remind", "create_reminder"]), "Add a reminder", {"text": ("string", ""), "day": ("string", "")}), self.r.choice([f"remind me to {task} {'on ' if day.endswith('day') and day != 'today' else ''}{day}", f"add a reminder for {day} to {task}"]), {"text": task, "day": day}, {"saved": True}, f"I will remind you {'on ' + day.capitalize() if day.endswith('day') and day != 'today' else day}."

    def shopping(self):
        item = self.r.choice(ITEMS)
        return schema(self.r.choice(["add_to_list", "shopping_list_add", "add_item"]), "Add an item to the shopping list", {"item": ("string", "")}), self.r.choice([f"add {item} to my shopping list", f"put {item} on the list", f"we need {item} put it on the shopping list"]), {"item": item}, {"items": self.r.randint(1, 9)}, self.r.choice([f"I added {item} to your list.", f"{item[0].upper() + item[1:]} is on your list now."])

    def message(self):
        who, text = self.p("name"), self.r.choice(TEXTS)
        return schema(self.r.choice(["send_message", "text", "send_sms"]), "Send a message", {"to": ("string", "person"), "message": ("string", "")}), self.r.choice([f"tell {who} {text}", f"send {who} a message that says {text}", f"text {who} {text}"]), {"to": who, "message": text}, {"sent": True}, self.r.choice([f"I sent your message to {who}.", f"{who} has your message now."])

    def call(self):
        who = self.p("name")
        return schema(self.r.choice(["call", "make_call", "phone_call"]), "Call a contact", {self.r.choice(["contact", "name"]): ("string", "")}), self.r.choice([f"call {who}", f"please phone {who}", f"i want to talk to {who}"]), {"": who}, {"status": "calling"}, f"I am calling {who}."

    def clock(self):
        hour, minute = self.r.randint(1, 12), self.r.choice([0, 10, 15, 20, 30, 45])
        return schema(self.r.choice(["get_time", "clock", "current_time"]), "The current time", {}), self.r.choice(["what time is it", "tell me the time", "how late is it", "do you know what time it is"]), {}, {"time": f"{hour}:{minute:02d}"}, self.r.choice([f"It is {hour}:{minute:02d}.", f"The time is {hour}:{minute:02d}."])

    def search(self):
        topic = self.r.choice(TOPICS)
        found = self.r.choice(["a good overview", "three new articles", "a guide for beginners", "a page of the library"])
        return schema(self.r.choice(["search", "web_search", "search_web"]), "Search the web", {self.r.choice(["query", "q"]): ("string", "")}), self.r.choice([f"search for {topic}", f"look up {topic} on the internet", f"find something about {topic} online"]), {"": topic}, {"result": found}, f"I found {found} about {topic}."

    def calendar(self):
        day = self.r.choice(DAYS).removeprefix("on ")
        event, at = self.r.choice(["lunch with Anna", "a dentist appointment", "a team meeting", "a yoga class", "a call with Tom"]), self.r.choice(["nine", "ten", "two", "four"])
        return schema(self.r.choice(["get_calendar", "calendar", "list_events"]), "Events of a day", {self.r.choice(["day", "date"]): ("string", "")}), self.r.choice([f"what is on my calendar {day}", f"do i have anything {day}", f"what are my plans for {day}"]), {"": day}, {"events": [f"{event} at {at}"]}, f"You have {event} at {at}."

    def pizza(self):
        kind, size = self.r.choice(["margherita", "salami", "mushroom", "veggie", "tuna"]), self.r.choice(["small", "medium", "large"])
        minutes = self.r.choice([20, 30, 40])
        return schema(self.r.choice(["order_pizza", "pizza_order"]), "Order a pizza", {"kind": ("string", ""), "size": ("string", "small, medium or large")}), self.r.choice([f"order a {size} {kind} pizza", f"i would like a {size} pizza {kind}", f"get me a {kind} pizza {size} please"]), {"kind": kind, "size": size}, {"minutes": minutes}, f"Your {size} {kind} pizza comes in {minutes} minutes."

    def heating(self):
        room = self.r.choice(half(ROOMS, False))
        return schema(self.r.choice(["set_temperature", "thermostat"]), "Set the temperature of a room", {"room": ("string", ""), "degrees": ("integer", "")}), self.r.choice([f"set the {room} to {self.number} degrees", f"make it {self.number} degrees in the {room}"]), {"room": room, "degrees": NUMBERS[self.number]}, {"ok": True}, f"The {room} is set to {self.number} degrees."

    def table(self):
        at = self.r.choice(list(TIMES))
        return schema(self.r.choice(["book_table", "reserve_table"]), "Reserve a table", {"people": ("integer", ""), "time": ("string", "HH:MM")}), self.r.choice([f"book a table for {self.number} at {at}", f"reserve a table for {self.number} people at {at}"]), {"people": NUMBERS[self.number], "time": TIMES[at]}, {"confirmed": True}, f"Your table for {self.number} at {at} is reserved."

    def price(self):
        stock, value = self.r.choice(GOODS), self.r.randint(5, 900)
        return schema(self.r.choice(["get_price", "price", "quote"]), "Price of a good", {self.r.choice(["symbol", "good"]): ("string", "")}), self.r.choice([f"what is the price of {stock}", f"how much is {stock} today"]), {"": stock}, {"price": value, "currency": "dollars"}, f"The price of {stock} is {value} dollars."

    def bus(self):
        minutes = self.r.randint(1, 25)
        return schema(self.r.choice(["next_bus", "departures"]), "Next bus or train to a city", {self.r.choice(["to", "destination"]): ("string", "")}), self.r.choice([f"when does the next train to {self.city} leave", f"next bus to {self.city}", f"when can i go to {self.city}"]), {"": self.city}, {"minutes": minutes}, f"The next one to {self.city} leaves in {minutes} minutes."


# Whole kinds of tools that training never sees.
TEST_KINDS = ("alarm", "pizza", "shopping", "bus", "heating")


def written(r, p, test):
    kinds = sorted(k for k in vars(Written) if not k.startswith("_") and (k in TEST_KINDS) == test)
    described, words, arguments, result, said = getattr(Written(r, p), r.choice(kinds))()
    if "" in arguments:
        arguments = {next(iter(described["parameters"]["properties"])): arguments[""]}
    return described, words, arguments, result, said


def composed(r, p, test):
    """A verb, a thing and up to two parameters: ("open", "garden gate", at a time)."""
    verb, done = r.choice(half(VERBS, test))
    thing = r.choice(half(THINGS, test))
    name = r.choice([f"{verb}_{thing}", f"{thing}_{verb}", f"{verb} {thing}".title().replace(" ", "")[:1].lower() + f"{verb} {thing}".title().replace(" ", "")[1:], f"{verb}_{thing}"]).replace(" ", "_")
    number, person, city, color, at, day = r.choice(list(NUMBERS)), p("name"), p("city"), p("color"), r.choice(list(TIMES)), r.choice(DAYS).removeprefix("on ")
    choices = [
        (r.choice(["person", "name", "who"]), "string", f"for {person}", person), (r.choice(["city", "place"]), "string", f"in {city}", city),
        (r.choice(["number", "count", "amount"]), "integer", f"number {number}", NUMBERS[number]), ("color", "string", f"in {color}", color),
        ("time", "string", f"at {at}", TIMES[at]), (r.choice(["day", "date"]), "string", day if day in ("today", "tomorrow") else f"on {day}", day), (r.choice(["minutes", "duration"]), "integer", f"for {number} minutes", NUMBERS[number])]
    some = r.sample(choices, r.choice([0, 1, 1, 1, 2, 2]))
    described = schema(name, f"{verb.capitalize()} the {thing}" + r.choice(["", "."]), {k: (kind, "HH:MM" if k == "time" else "") for k, kind, _, _ in some})
    words = " ".join([r.choice([f"{verb} the {thing}", f"please {verb} the {thing}", f"can you {verb} the {thing}", f"{verb} my {thing}", f"i want you to {verb} the {thing}"])] + [w for _, _, w, _ in some])
    good = r.random() < 0.85
    result = r.choice([{"ok": True}, {"status": "done"}, {"success": True}]) if good else {"error": r.choice(["not available", "no connection", "it is blocked"])}
    said = r.choice([f"The {thing} is {done}.", f"Done, the {thing} is {done}."]) if good else f"I am sorry, that did not work: {result['error']}."
    return described, words, {k: v for k, _, _, v in some}, result, said


def tool(r, p, test):
    return written(r, p, test) if r.random() < 0.5 else composed(r, p, test)


def listing(r, schemas):
    """The system message's part that offers the tools."""
    form = r.choices(FORMS, (3, 1))[0]
    wrap = form is FORMS[0] or r.random() < 0.5
    return formatted(form, [json.dumps(dict(type="function", function=s) if wrap else s) for s in schemas])


def formatted(form, rows):
    return form.replace("{tools}", "\n".join(rows)).replace('{{"name"', '{"name"').replace("object>}}", "object>}")


def call(name, arguments):
    return f'<tool_call>\n{json.dumps(dict(name=name, arguments=arguments))}\n</tool_call>'


def response(result):
    return f"<tool_response>\n{json.dumps(result)}\n</tool_response>"
