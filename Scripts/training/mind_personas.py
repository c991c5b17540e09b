"""Talks under instructions of a user's own: a name and a manner, a fixed word, one-word answers, or a shop's facts."""

from mind_phrases import filled, half, heard, sentence

NAMES = ("Pip", "Robo", "Stella", "Captain Hook", "Jarvis", "Mia", "Otto", "Professor Owl", "Nova", "Bruno", "Luna", "Mister Fox", "Zoe", "Atlas", "Ruby")
ADDRESS = ("captain", "my friend", "sir", "madam", "boss", "your majesty", "chief", "doctor", "my dear", "professor", "champ", "my lady")
OPENERS = ("Well", "Certainly", "Arr", "Oh my", "Beep boop", "Of course", "Ahoy", "Listen", "Aha", "Dear guest")
CLOSERS = ("over", "over and out", "I hope that helps", "cheers", "yours truly", "peace", "have a nice day", "meow", "ho ho ho", "amen")
SHOPS = ("Bella Pizza", "the City Library", "Sunny Hotel", "Green Garden Shop", "the Blue Dentist", "Quick Taxi", "Star Cinema", "Happy Dog Salon", "North Gym", "the Old Museum", "Rosa's Flowers", "Cafe Mozart")
HOURS = ("eight", "nine", "ten", "eleven", "noon"), ("four", "five", "six", "seven", "eight", "midnight")


def persona(maker):
    r = maker.r
    kind = r.choice((named, addressed, opener, closer, one_word, shop, shop, only))
    return kind(maker)


def exchanges(maker, change, n=None):
    turns = []
    for _ in range(n or maker.r.choice((1, 2, 3))):
        asked, said = maker.r.choice((maker.fact, maker.open, maker.fact, maker.small))()
        turns += maker.asked(asked, change(said))
    return turns


def system(text):
    return [["system", text, False]]


def named(maker):
    r = maker.r
    name, job = r.choice(half(NAMES, maker.test)), r.choice(("a cheerful robot", "a wise old owl", "the assistant of a hotel", "a teacher for children", "a friendly ghost", "a ship's computer", "a voice assistant", "a helpful neighbor"))
    text = r.choice((f"You are {name}, {job}. Answer in one short sentence.", f"Your name is {name}. You are {job}.", f"Act as {name}, {job}. Keep it short."))
    asked = r.choice(("what is your name", "who are you", "what are you called", "tell me your name"))
    own = maker.asked(asked, r.choice((f"I am {name}, {job}.", f"My name is {name}.")))
    rest = exchanges(maker, lambda s: s.replace("Duet", name))
    return system(text) + (own + rest if r.random() < 0.5 else rest + own)


def addressed(maker):
    r = maker.r
    word = r.choice(half(ADDRESS, maker.test))
    text = r.choice((f"Always call me {word}.", f"You are Duet. Address the user as {word}.", f"You are a voice assistant. Call the user {word} in every answer. Answer in one short sentence."))
    return system(text) + exchanges(maker, lambda s: f"{s[:-1]}, {word}{s[-1]}")


def opener(maker):
    r = maker.r
    word = r.choice(half(OPENERS, maker.test))
    text = r.choice((f'You are Duet. Begin every answer with "{word}".', f'Start each sentence with "{word}". Be brief.', f'Always say "{word}" first, then answer in one short sentence.'))
    return system(text) + exchanges(maker, lambda s: f"{word}, {lowered(s)}")


def lowered(s):
    common = ("The", "It", "They", "You", "There", "A", "An", "In", "People", "Yes", "No", "That", "We", "If", "Put", "Of", "How", "How", "Go", "Mix", "Breathe", "Hello", "Hi")
    return s[0].lower() + s[1:] if s.split(" ")[0].strip(",.!") in common else s


def closer(maker):
    r = maker.r
    word = r.choice(half(CLOSERS, maker.test))
    text = r.choice((f'You are Duet. End every answer with "{word}".', f'After each answer say "{word}". Answer in one short sentence.', f'Finish every sentence with "{word}".'))
    return system(text) + exchanges(maker, lambda s: f"{s} {sentence(word)}")


def one_word(maker):
    r = maker.r
    text = r.choice(("Answer with one word only.", "You are Duet. Give only one word as an answer.", "Use a single word for every answer."))
    turns = []
    for _ in range(r.choice((2, 3, 4))):
        relation = maker.relations[r.choice(("capital", "language", "opposite", "baby", "after", "makes", "color", "legs"))]
        row = r.choice([w for w in half(relation.rows, maker.test) if " " not in w[1]])
        turns += maker.asked(heard(filled(r.choice(relation.questions(maker.test)), row)), sentence(row[1]))
    return system(text) + turns


def only(maker):
    """Speaks about one thing only."""
    r = maker.r
    topic, names = r.choice((("animals", ("baby", "legs", "food", "lives", "sound")), ("countries", ("capital", "language", "continent", "currency")), ("words", ("opposite", "translate"))))
    text = r.choice((f"You only talk about {topic}. If somebody asks for something else, say that you only talk about {topic}.", f"You are Duet. You answer questions about {topic} and nothing else."))
    turns = []
    for _ in range(r.choice((2, 3))):
        if r.random() < 0.55:
            turns += maker.asked(*maker.fact(r.choice(names)))
        else:
            turns += maker.asked(maker.fact(r.choice(("howto", "need", "person", "define", "job", "wrote")))[0], r.choice((f"I am sorry, I only talk about {topic}.", f"I only answer questions about {topic}.")))
    return system(text) + turns


def shop(maker):
    """Facts that only the instructions hold."""
    r = maker.r
    name, opens, closes = r.choice(half(SHOPS, maker.test)), r.choice(HOURS[0]), r.choice(HOURS[1])
    goods = r.sample(("pizza", "coffee", "ticket", "room", "haircut", "taxi ride", "bouquet", "sandwich", "guided tour", "lesson", "massage", "cake", "salad", "tea", "book"), 2)
    prices = r.sample(("two", "three", "five", "six", "eight", "nine", "twelve", "fifteen", "twenty", "fifty", "ninety"), 2)
    street, number, person, closed = r.choice(("Main Street", "Oak Street", "River Road", "Station Road", "Park Avenue", "Mill Lane")), r.randint(2, 99), maker.pick("name"), r.choice(("Monday", "Sunday", "Tuesday"))
    word = r.choice(("blue sky", "tulip", "sunshine", "open door", "guest"))
    facts = [
        (f"We are open from {opens} to {closes}.", [("when do you open", f"We open at {opens}."), ("when do you close", f"We close at {closes}."), ("what are your opening hours", f"We are open from {opens} to {closes}."), ("how long are you open today", f"We are open until {closes}.")]),
        (f"A {goods[0]} costs {prices[0]} dollars.", [(f"how much is a {goods[0]}", f"A {goods[0]} costs {prices[0]} dollars."), (f"what does a {goods[0]} cost", f"It costs {prices[0]} dollars.")]),
        (f"A {goods[1]} costs {prices[1]} dollars.", [(f"how much is a {goods[1]}", f"A {goods[1]} costs {prices[1]} dollars."), (f"what is the price of a {goods[1]}", f"A {goods[1]} is {prices[1]} dollars.")]),
        (f"The address is {number} {street}.", [("where are you", f"We are at {number} {street}."), ("what is your address", f"Our address is {number} {street}."), ("how do i find you", f"You find us at {number} {street}.")]),
        (f"The manager is {person}.", [("who is the manager", f"The manager is {person}."), ("who is your boss", f"Our manager is {person}.")]),
        (f"Closed on {closed}.", [(f"are you open on {closed.lower()}", f"No, we are closed on {closed}."), ("on which day are you closed", f"We are closed on {closed}.")]),
        (f"The wifi password is {word}.", [("what is the wifi password", f"The password is {word}."), ("how do i get into the wifi", f"Use the password {word}.")])]
    some = r.sample(facts, r.choice((2, 3, 4)))
    text = r.choice((f"You work for {name}.", f"You are the voice of {name}.", f"You answer the phone of {name}.")) + " " + " ".join(f for f, _ in some) + r.choice(("", " Answer briefly."))
    turns = []
    for _, asked in r.sample(some, min(len(some), r.choice((2, 3)))):
        turns += maker.asked(*r.choice(asked))
    if r.random() < 0.35:
        missing = r.choice([f for f in facts if f not in some])
        turns += maker.asked(r.choice(missing[1])[0], r.choice(("I am sorry, I do not know that.", "I do not know, I am sorry.")))
    if r.random() < 0.3:
        turns += maker.asked(r.choice(("who are you", "hello", "who am i talking to")), f"This is {name}, how can I help you?")
    return system(text) + turns
