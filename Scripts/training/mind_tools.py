"""Tools for the mind's talks: seventeen written by hand, and thousands composed of a verb, a thing and parameters."""

import json

from mind_phrases import half

FORMS = (
    '# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n'
    '{tools}\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n'
    '{{"name": <function-name>, "arguments": <args-json-object>}}\n</tool_call>',
    "You can call these tools:\n<tools>\n{tools}\n</tools>")
TIMES = {"seven": "07:00", "eight": "08:00", "half past six": "06:30", "noon": "12:00", "nine": "09:00", "half past seven": "07:30", "ten": "10:00", "eleven": "11:00"}
NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty five": 45}
DAYS = ("today", "tomorrow", "on monday", "on tuesday", "on friday", "on saturday", "on sunday")
ROOMS = ("kitchen", "bedroom", "living room", "bathroom", "hall", "office", "garage", "garden", "cellar", "attic")
ITEMS = ("milk", "bread", "eggs", "apples", "butter", "coffee", "rice", "soap", "batteries", "paper towels", "a new pen", "flowers")
SONGS = ("jazz", "rock music", "the beatles", "classical music", "quiet piano music", "some blues", "folk songs", "mozart", "country music", "techno")
TASKS = ("buy milk", "call my mother", "water the plants", "take out the trash", "pay the rent", "feed the cat", "go to the dentist", "pick up the kids", "take my pills", "write the report")
TOPICS = ("penguins", "solar power", "the roman empire", "electric cars", "tomato plants", "black holes", "cheap flights", "good restaurants", "the world cup", "violin lessons")
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


class Tool:
    """`ask()` gives (words, arguments, result, spoken)."""

    def __init__(self, schema, ask):
        self.schema, self.ask = schema, ask


def by_hand(r, p):
    """The written tools. `r`: Random; `p(name)` picks from a list of phrases."""
    pick = r.choice
    city, place, number, thing = p("city"), pick(["city", "location", "place"]), pick(list(NUMBERS)), pick
    n = NUMBERS[number]

    def weather():
        sky, degrees, key = pick(["sunny", "cloudy", "rainy", "windy", "snowy", "foggy"]), r.randint(-5, 34), pick(["temperature", "degrees", "temp_c"])
        name = pick(["get_weather", "weather", "current_weather", "weather_now", "getWeather"])
        words = pick([f"what is the weather in {city}", f"how is the weather in {city} today", f"what's the weather like in {city}", f"weather in {city} please", f"is it raining in {city}", f"how warm is it in {city}"])
        say = pick([f"It is {sky} and {degrees} degrees in {city}.", f"In {city} it is {sky} with {degrees} degrees."])
        return schema(name, "Current weather of a city", {place: ("string", "City name")}), words, {place: city}, {key: degrees, pick(["sky", "condition", "weather"]): sky}, say

    def lights():
        room, on = pick(half(ROOMS, False)), pick(["on", "off"])
        words = pick([f"turn {on} the light in the {room}", f"switch the {room} light {on}", f"turn the lights {on} in the {room} please", f"lights {on} in the {room}"])
        name = pick(["set_light", "switch_light", "light", "control_lights"])
        state = pick(["state", "power"])
        return schema(name, "Switch a light on or off", {"room": ("string", ""), state: ("string", "on or off")}), words, {"room": room, state: on}, {"ok": True}, pick([f"The light in the {room} is {on}.", f"I turned {on} the {room} light."])

    def timer():
        name = pick(["set_timer", "start_timer", "timer"])
        key = pick(["minutes", "duration_minutes", "length"])
        words = pick([f"set a timer for {number} minutes", f"start a {number} minute timer", f"timer for {number} minutes please", f"wake me in {number} minutes"])
        return schema(name, "Start a timer", {key: ("integer", "minutes")}), words, {key: n}, {"status": "started"}, f"The timer is set for {number} minutes."

    def alarm():
        at = pick(list(TIMES))
        words = pick([f"wake me up at {at}", f"set an alarm for {at}", f"set my alarm to {at} please"])
        return schema(pick(["set_alarm", "create_alarm"]), "Set an alarm", {"time": ("string", "HH:MM")}), words, {"time": TIMES[at]}, {"alarm": TIMES[at]}, f"Your alarm is set for {at}."

    def music():
        song = pick(SONGS)
        key = pick(["query", "title", "music"])
        return schema(pick(["play_music", "play", "music_player"]), "Play music", {key: ("string", "what to play")}), pick([f"play {song}", f"put on {song} please", f"i want to hear {song}", f"can you play {song}"]), {key: song}, {"playing": song}, pick([f"Now playing {song}.", f"Here is {song}."])

    def reminder():
        task, day = pick(TASKS), pick(DAYS)
        day = day.removeprefix("on ")
        return schema(pick(["add_reminder", "remind", "create_reminder"]), "Add a reminder", {"text": ("string", ""), "day": ("string", "")}), pick([f"remind me to {task} {'on ' if day.endswith('day') and day != 'today' else ''}{day}", f"add a reminder for {day} to {task}"]), {"text": task, "day": day}, {"saved": True}, f"I will remind you {'on ' + day.capitalize() if day.endswith('day') and day != 'today' else day}."

    def shopping():
        item = pick(ITEMS)
        return schema(pick(["add_to_list", "shopping_list_add", "add_item"]), "Add an item to the shopping list", {"item": ("string", "")}), pick([f"add {item} to my shopping list", f"put {item} on the list", f"we need {item} put it on the shopping list"]), {"item": item}, {"items": r.randint(1, 9)}, pick([f"I added {item} to your list.", f"{item[0].upper() + item[1:]} is on your list now."])

    def message():
        who, text = p("name"), pick(["i am late", "dinner is ready", "see you tomorrow", "happy birthday", "i will call later", "the meeting is over"])
        return schema(pick(["send_message", "text", "send_sms"]), "Send a message", {"to": ("string", "person"), "message": ("string", "")}), pick([f"tell {who} {text}", f"send {who} a message that says {text}", f"text {who} {text}"]), {"to": who, "message": text}, {"sent": True}, pick([f"I sent your message to {who}.", f"{who} has your message now."])

    def call():
        who = p("name")
        return schema(pick(["call", "make_call", "phone_call"]), "Call a contact", {pick(["contact", "name"]): ("string", "")}), pick([f"call {who}", f"please phone {who}", f"i want to talk to {who}"]), {"": who}, {"status": "calling"}, f"I am calling {who}."

    def clock():
        hour, minute = r.randint(1, 12), pick([0, 10, 15, 20, 30, 45])
        return schema(pick(["get_time", "clock", "current_time"]), "The current time", {}), pick(["what time is it", "tell me the time", "how late is it", "do you know what time it is"]), {}, {"time": f"{hour}:{minute:02d}"}, pick([f"It is {hour}:{minute:02d}.", f"The time is {hour}:{minute:02d}."])

    def search():
        topic = pick(TOPICS)
        found = pick(["a good overview", "three new articles", "a guide for beginners", "a page of the library"])
        return schema(pick(["search", "web_search", "search_web"]), "Search the web", {pick(["query", "q"]): ("string", "")}), pick([f"search for {topic}", f"look up {topic} on the internet", f"find something about {topic} online"]), {"": topic}, {"result": found}, f"I found {found} about {topic}."

    def calendar():
        day = pick(DAYS).removeprefix("on ")
        event, at = pick(["lunch with Anna", "a dentist appointment", "a team meeting", "a yoga class", "a call with Tom"]), pick(["nine", "ten", "two", "four"])
        return schema(pick(["get_calendar", "calendar", "list_events"]), "Events of a day", {pick(["day", "date"]): ("string", "")}), pick([f"what is on my calendar {day}", f"do i have anything {day}", f"what are my plans for {day}"]), {"": day}, {"events": [f"{event} at {at}"]}, f"You have {event} at {at}."

    def pizza():
        kind, size = pick(["margherita", "salami", "mushroom", "veggie", "tuna"]), pick(["small", "medium", "large"])
        minutes = pick([20, 30, 40])
        return schema(pick(["order_pizza", "pizza_order"]), "Order a pizza", {"kind": ("string", ""), "size": ("string", "small, medium or large")}), pick([f"order a {size} {kind} pizza", f"i would like a {size} pizza {kind}", f"get me a {kind} pizza {size} please"]), {"kind": kind, "size": size}, {"minutes": minutes}, f"Your {size} {kind} pizza comes in {minutes} minutes."

    def heating():
        room = pick(half(ROOMS, False))
        return schema(pick(["set_temperature", "thermostat"]), "Set the temperature of a room", {"room": ("string", ""), "degrees": ("integer", "")}), pick([f"set the {room} to {number} degrees", f"make it {number} degrees in the {room}"]), {"room": room, "degrees": n}, {"ok": True}, f"The {room} is set to {number} degrees."

    def table():
        at = pick(list(TIMES))
        return schema(pick(["book_table", "reserve_table"]), "Reserve a table", {"people": ("integer", ""), "time": ("string", "HH:MM")}), pick([f"book a table for {number} at {at}", f"reserve a table for {number} people at {at}"]), {"people": n, "time": TIMES[at]}, {"confirmed": True}, f"Your table for {number} at {at} is reserved."

    def price():
        stock, value = pick(["apple", "gold", "silver", "coffee", "oil", "wheat"]), r.randint(5, 900)
        return schema(pick(["get_price", "price", "quote"]), "Price of a good", {pick(["symbol", "good"]): ("string", "")}), pick([f"what is the price of {stock}", f"how much is {stock} today"]), {"": stock}, {"price": value, "currency": "dollars"}, f"The price of {stock} is {value} dollars."

    def bus():
        minutes = r.randint(1, 25)
        return schema(pick(["next_bus", "departures"]), "Next bus or train to a city", {pick(["to", "destination"]): ("string", "")}), pick([f"when does the next train to {city} leave", f"next bus to {city}", f"when can i go to {city}"]), {"": city}, {"minutes": minutes}, f"The next one to {city} leaves in {minutes} minutes."

    return dict(weather=weather, lights=lights, timer=timer, alarm=alarm, music=music, reminder=reminder, shopping=shopping, message=message, call=call, clock=clock, search=search,
                calendar=calendar, pizza=pizza, heating=heating, table=table, price=price, bus=bus)


# Whole kinds of tools that training never sees.
TEST_KINDS = ("alarm", "pizza", "shopping", "bus", "heating")


def written(r, p, test):
    kinds = by_hand(r, p)
    names = sorted(k for k in kinds if (k in TEST_KINDS) == test)
    described, words, arguments, result, said = kinds[r.choice(names)]()
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
    return written(r, p, test) if r.random() < 0.45 else composed(r, p, test)


def listing(r, schemas):
    """The system message's part that offers the tools."""
    wrap = r.random() < 0.4
    rows = [json.dumps(dict(type="function", function=s) if wrap else s) for s in schemas]
    return formatted(r.choices(FORMS, (1, 3))[0], rows)


def formatted(form, rows):
    return form.replace("{tools}", "\n".join(rows)).replace('{{"name"', '{"name"').replace("object>}}", "object>}")


def call(name, arguments):
    return f'<tool_call>\n{json.dumps(dict(name=name, arguments=arguments))}\n</tool_call>'


def response(result):
    return f"<tool_response>\n{json.dumps(result)}\n</tool_response>"
