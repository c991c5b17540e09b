"""What users tell about themselves, and ask for later in the talk."""

from mind_phrases import sentence

TOLD = (
    (("my name is {N}", "i am {N}", "call me {N}", "hello my name is {N}", "hi i am {N}"), ("Nice to meet you, {n}!", "Hello {n}, how are you?", "Hi {n}! What can I do for you?"), ("what is my name", "do you remember my name", "what am i called", "who am i", "do you know my name"), ("Your name is {n}.", "You are {n}.")),
    (("i have a {b} called {q}", "my {b} is called {q}", "we have a {b} named {q}"), ("{p} is a nice name for a {b}.", "That is a lovely name!"), ("what is my {b} called", "what is the name of my {b}", "do you remember my {b}'s name"), ("Your {b} is called {p}.",)),
    (("my favorite color is {c}", "i like {c} best", "i love the color {c}"), ("{c} is a beautiful color.", "A nice choice!"), ("what is my favorite color", "which color do i like"), ("Your favorite color is {c}.", "You like {c} best.")),
    (("i live in {T}", "my home is in {T}", "i come from {T}"), ("{t} is a nice place.", "How do you like {t}?"), ("where do i live", "which city do i live in", "where am i from"), ("You live in {t}.", "You told me that you live in {t}.")),
    (("i work as a {j}", "i am a {j}"), ("That is an interesting job.", "How do you like your work?"), ("what is my job", "what do i do for work", "what am i"), ("You are a {j}.", "You work as a {j}.")),
    (("i am {a} years old", "today i turned {a}"), ("That is a good age.", "Thank you for telling me."), ("how old am i", "do you remember my age"), ("You are {A} years old.",)),
    (("my {k} is called {N}", "i have a {k} called {N}", "my {k}'s name is {N}"), ("{n} is a nice name.", "I will remember that."), ("what is my {k} called", "what is the name of my {k}", "who is {N}"), ("Your {k} is called {n}.", "{n} is your {k}.")),
    (("i love {d}", "my favorite food is {d}", "i like {d} most"), ("{d} is delicious.", "That sounds tasty!"), ("what is my favorite food", "what do i like to eat"), ("You like {d}.", "Your favorite food is {d}.")),
    (("i like {h}", "my hobby is {h}", "i spend my weekends with {h}"), ("{h} is a great hobby.", "That sounds like fun!"), ("what is my hobby", "what do i like to do"), ("You like {h}.", "Your hobby is {h}.")),
    (("i had {d} for dinner", "yesterday i ate {d}"), ("That sounds delicious!", "Was it good?"), ("what did i eat", "what did i have for dinner"), ("You had {d}.", "You ate {d}.")),
    (("remember the number {a}", "please remember the number {a}"), ("I will remember it.", "All right, {A}."), ("what was the number", "which number should you remember"), ("The number was {A}.",)),
    (("i parked the car in {T}", "my car is in {T}"), ("All right, I will remember that.",), ("where is my car", "where did i park"), ("Your car is in {t}.",)),
    (("i am meeting {N} tomorrow", "tomorrow i will see {N}"), ("Have a good time with {n}!", "That sounds nice!"), ("who am i meeting tomorrow", "who will i see tomorrow"), ("You are meeting {n}.",)),
    (("i bought a {c} bike", "i have a new {c} bike"), ("Enjoy your new bike!", "A {c} bike, how nice!"), ("what color is my bike", "which color does my bike have"), ("Your bike is {c}.",)),
)


def told(maker):
    """The user tells something, and asks for it later: turns of a `Maker`."""
    name, pet, color, city, job, dish, hobby = (maker.pick(k) for k in ("name", "pet", "color", "city", "job", "dish", "hobby"))
    kin = maker.r.choice(("brother", "sister", "mother", "father", "son", "daughter", "friend", "wife", "husband", "boss"))
    beast = maker.r.choice(("dog", "cat", "horse", "rabbit", "parrot", "hamster"))
    age = maker.r.randint(7, 90)
    fields = dict(n=name, N=name.lower(), p=pet, q=pet.lower(), c=color, t=city, T=city.lower(), j=job, d=dish, h=hobby, k=kin, b=beast, a=maker.spoken(age).replace("-", " "), A=maker.spoken(age))
    facts = TOLD[maker.r.randrange(len(TOLD))]
    tell, reply, ask, answer = (maker.r.choice(part).format(**fields) for part in facts)
    turns = [["user", maker.said(tell), False], ["assistant", sentence(reply), False]]
    for _ in range(maker.r.choice((0, 0, 0, 1, 1, 2))):
        turns += maker.asked(*maker.exchange())
    return turns + [["user", maker.said(ask), False], ["assistant", sentence(answer), False]]
