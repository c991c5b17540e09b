// What the server cannot know or do without tools: an honest sentence instead of an invention.

enum Limits: Skill {
    static let name = "limits"

    private static let weather = "I cannot look up the weather, so I do not know what it is like."
    private static let when =
        "( like)?( right)?( now| today| tomorrow| outside| tonight| this week| this weekend| this morning| this afternoon| this evening| on <day>| in <place>| in <place> <place>| for tomorrow| for today| here)?( now| today| tomorrow)?"
    private static let people =
        "(mother|mom|mum|father|dad|brother|sister|wife|husband|boss|friend|doctor|son|daughter|grandmother|grandma|grandpa|uncle|aunt|girlfriend|boyfriend|office|neighbor|parents|kids|home)"
    private static let devices =
        "(light|lights|lamp|lamps|tv|television|radio|heating|heater|fan|oven|stove|air conditioning|air conditioner|ac|music|computer|alarm|vacuum|vacuum cleaner|dishwasher|coffee machine|screen|volume|thermostat|wifi|camera|speaker|microwave)"

    static let rules: [Rule] = [
        Rule(
            """
            (what is|what are|how is|read me|tell me|what will be|give me a rundown of)? (the|today 's|tomorrow 's|this week 's|current)? (current|predicted|weekend|local|latest)? (weather|whether|forecast|temperature|temp|weather conditions) (report|forecast|conditions|situation|outlook)? (like|looking like|look like|going to be|be|gonna be)? (right now|now|today|tomorrow)? (in|for|over|at|on|around) <place+>|
            (what is|tell me|read me|give me|how is)? (the|today 's|tomorrow 's|this week 's) (current|predicted|weekend|local|latest|high|low)? (weather|whether|forecast|temperature|temp) (report|forecast|conditions|situation|outlook)? (like|looking like|going to be|gonna be)? (right now|now|today|tomorrow)?|
            what (does|will) the (weather|forecast) look like( for <place+>| in <place+>)?|what is the chance of rain( today| tomorrow| for today| on <day>)?|(is it|will it be|will it) (raining|rain|snow|snowing|sunny|cloudy|hot|cold|warm)( right now| today| tomorrow)?( in <place+>)?|when (will it|is it going to) (rain|snow)( again| next)?|what weather should i expect
            """
        ) { found, _ in
            let place = found.words("place"), isTime = ["weekend", "week"].contains(place.last)
            return place.count > 4 || !isTime && ["a", "an", "the", "this", "your"].contains(place.first)
                ? nil : weather
        },
        Rule(
            Phrase(
                """
                (what is|how is|what was|what will) (the|today 's|tomorrow 's) (weather|whether|temperature|forecast|weather forecast)( be)?\(when)|what (is the weather|the weather is|the weather will be)\(when)|how is the weather\(when)|
                (will it|is it going to|is it gonna|does it) (rain|snow|be sunny|be cold|be warm|be hot|be cloudy|be nice|storm|freeze)\(when)|is it (raining|snowing|sunny|cold outside|warm outside|hot outside|cloudy|windy)\(when)|
                (do i|will i|should i) (need|take|bring|wear) (an|my|a) (umbrella|jacket|coat|raincoat)\(when)|how (cold|warm|hot) is it\(when)|(the)? weather (forecast|report)?\(when)|what is the (forecast|temperature)( outside)?\(when)|what (will|is) the weather( going to)? be\(when)|how (cold|warm|hot) (will it be|is it going to be)\(when)
                """), says: weather),
        Rule(
            """
            (what is|what are|tell me|read me|read|give me|any)? (in|on)? (the|today 's)? (latest|current|today 's)? (news|headlines)( today| now| of today| about <x+>)?|what is (new|happening|going on) in the world( today| now| right now)?|
            what happened (today|yesterday|in the news)( in the world)?|who won (the|last night 's|yesterday 's|today 's) (game|match)( last night| yesterday| today)?|how is (the score|the stock market|traffic|the traffic)( today| now| right now)?|what is the (score|traffic)( today| now| right now)?|what is the stock market (today|now|right now|doing)|
            what is the (price of bitcoin|bitcoin price|stock price of <x+>)( today| now)?|what is the traffic like( today| now| right now)?|what is in the news( today| now)?|what is on (tv|television)( tonight| today| now)?
            """, says: "I have no access to the news or to the internet, so I do not know."),
        Rule(
            Phrase(
                """
                (call|phone|ring|text|dial|message|telephone)( up)? (my \(people)|(the)? (police|office|doctor|hospital|fire department|restaurant)|\(people)|a (taxi|cab|doctor|friend)|me a (taxi|cab)|<n#>)( please| peas| for me| now| at home| on the phone| immediately)?|
                (make|place) a (phone)? call( to <x+>)?|send (a|an) (text|message|email|e mail|text message|mail) to <x+>|send (my \(people)) (a|an) (text|message|email|e mail)( <x+>)?|i want to (call|phone|text) my \(people)
                """), says: "I cannot make calls or send messages from here. You would have to do that yourself."),
        Rule(
            "(call|get|send) (an ambulance|911|nine one one|the ambulance|112|999|one one two|nine nine nine|help|the police)( now| quickly| quick)?|i need an ambulance|i need the police",
            says: "I cannot make calls. If this is an emergency, call your emergency number yourself now."),
        Rule(
            Phrase(
                "(open|close|lock|unlock|shut) (the|my|that|this) (front |back |garage |car |kitchen |bathroom )?(door|doors|window|windows|garage|gate|blinds|curtains|car)( please| now)?"
            ), says: "I have no control over doors or windows, so I cannot do that."),
        Rule(
            Phrase(
                """
                (turn|switch|put) (on|off|up|down) (the|my|all the|some)? (\(devices)|<room> \(devices)|<room> <room2> \(devices))( in the <place+>)?|(turn|switch|put) (the|my|all the)? (\(devices)|<room> \(devices)) (on|off|up|down)( in the <place+>)?|(dim|brighten) the (<room>)? lights|lights (on|off)|
                set the (thermostat|temperature|volume) to <x+>|start the (car|dishwasher|washing machine|vacuum cleaner|coffee machine)
                """), says: "I am not connected to lights or other devices, so I cannot do that."),
        Rule(
            """
            (set|make|start|create) (an|a|my|the|another) (alarm|timer|reminder)( <x+>)?|wake me( up)? (at|in|tomorrow|on) <x+>|wake me up|remind me (to|at|in|that|about|tomorrow) <x+>|(set|put|add) <x+> (on|to|in) my (calendar|schedule|to do list|shopping list)|
            (add|put) <x+> (to|on) (the|my) (shopping list|to do list|list|grocery list)|(schedule|create|make) (a|an) (meeting|appointment)( <x+>)?|what is on my (calendar|schedule|shopping list)( today| tomorrow)?|what (meetings|appointments) do i have( today| tomorrow)?
            """,
            says:
                "I cannot set alarms or reminders: I only speak while we are talking, and I forget everything afterwards."
        ),
        Rule(
            """
            play (some|any|a little|my|me)? (music|songs|jazz|rock|classical music|pop music|a song|the radio|favorite song|playlist)( please| for me)?|play (the|a) (song|album|movie|video|radio|film|podcast)( <x+>)?|play me (a|some) <x>|stop the music|(next|skip) (song|track)|
            pause the (music|movie|video)|play <x> (music|songs)
            """, says: "I cannot play music or videos, I can only talk."),
        Rule(
            """
            (order|buy|book|reserve) (me|us)? (a|an|some|the|two|tickets) <x+>|(order|buy|book) (pizza|flowers|tickets|food)|(search|google|look up|look) (the|on the|on)? (internet|web|google|online)( for <x+>)?|(google|search the web for|search the internet for) <x+>|(open|start|launch) (the)? (browser|youtube|netflix|spotify|app <x>|<x> app)|
            take a (photo|picture|selfie)( of me)?|bring me (a|an|some|my) <x+>|make me (a|some) (coffee|tea|sandwich)|(translate|print|send) (this|the) (document|file|email|page)
            """, says: "I have no tools for that, I can only talk with you."),
        Rule(
            """
            where (are|is) my (keys|key|phone|glasses|wallet|car|bag|cat|dog|shoes|watch|passport|<x> keys|wife|husband|son|daughter|mother|father|brother|sister|friend|umbrella|book|purse|headphones|remote|remote control|charger|socks|jacket|coat|hat|ring|ticket|tickets|laptop|computer|bike)( right now| now)?|where did i (put|leave|park|lose) (my|the) <x+>|where am i( right now| now)?|(what is|where is) my (location|position|current location)|
            have you seen my <x>|can you see me|what (am i wearing|do i look like|do you see|am i holding|am i doing|color is my shirt|color are my eyes|is in my hand|is behind me)( right now| now)?|how do i look( today)?|how many fingers am i holding up
            """, says: "I cannot see you or where things are, so I do not know."),
        Rule(
            """
            (what|when|where) (did|do|will) i (have|eat|had|do|buy|dream|go|sleep|wear|drink|watch|cook) (for (breakfast|lunch|dinner|break fast|supper)|yesterday|last night|last week|last weekend|this morning|on <day>|today)( today| yesterday| this morning| last night| for breakfast| for lunch)?|
            what was i (doing|thinking|wearing)( yesterday| today| just now)?|what am i thinking( right now| about)?|what is my (password|phone number|address|telephone number|bank balance|blood type|shoe size|zip code|email address|pin|credit card number)|
            (who|what) (is|are) (at|behind|in front of) (the|my) door|what is in my (pocket|pockets|bag|hand|fridge|refrigerator|wallet)|how much money do i have|how tall am i|how much do i weigh|what color (is|are) my (hair|eyes|car|house)|who is in (the|my) (room|kitchen|house)
            """, says: "I cannot know that, because I only know what you tell me."),
    ]
}
