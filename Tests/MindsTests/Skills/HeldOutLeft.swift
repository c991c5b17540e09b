// Everyday requests that no skill may take, written before the skills were and never used to tune them.

extension RequestLists {
    /// `kind it might be mistaken for | request`, with earlier requests before a slash.
    static let heldOutLeft = """
        sum | what is the time signature of a waltz
        sum | what is two of the best films
        sum | what is one plus phone
        sum | what are the times tables good for
        sum | what is seven of nine in star trek
        sum | why is the square root of two irrational
        sum | how much is that dog in the window
        sum | half of what i say is nonsense
        sum | what is a third wheel
        sum | who invented the plus sign
        sum | it happens nine times out of ten
        sum | what does it mean to be one in a million
        sum | add some salt to that
        sum | what is the minus pole of a battery
        sum | what is 24/7
        sum | how do i teach my son to add two numbers
        sum | i have three apples and a banana
        sum | divide and conquer what does that mean
        sum | what happened on 9/11
        sum | give me ten ideas for a party
        compare | which is bigger the sun or the moon
        compare | is my house bigger than average
        compare | what is more important love or money
        compare | is it odd that i talk to myself
        convert | how many miles is it to the moon
        convert | how far is five miles on foot
        convert | how many people live in germany
        convert | how many pounds should i lose
        convert | what is the best way to convert a garage
        convert | how long does it take to boil two eggs
        convert | how many hours should i sleep
        time | what is time
        time | what time do banks usually open
        time | when is the best time to plant roses
        time | do you have time to talk
        time | what was the date of the french revolution
        time | what day is best for washing
        time | is it time to go to bed
        time | how many days did it take to build rome
        time | what year did the titanic sink
        time | i had a wonderful day today
        calendar | what can i do in the month of may
        calendar | why is february so short
        calendar | which month is best to visit japan
        spell | how do you spell trouble in a relationship
        spell | how do wizards cast a spell
        spell | can you spell out the consequences
        spell | i am bad at spelling
        spell | tell me about the spelling bee
        letters | how many letters did paul write
        letters | what is the first letter of paul about
        letters | should i write a letter to my aunt
        letters | how many letters does the postman carry
        count | i am tired of counting to ten
        count | can i count on you
        count | who was count dracula
        count | what counts as a vegetable
        count | count me in
        count | how do i count calories
        repeat | why does history repeat itself
        repeat | what did einstein say about time
        repeat | never say that again to me because it hurts
        repeat | what should i say to my boss
        repeat | say something nice
        memory | my name is not important
        memory | what is the name of the rose about
        memory | my favorite
        memory | i live in a small house with a garden
        memory | do you remember the sixties
        memory | i can't remember the word for it
        memory | call me when you are ready
        memory | call me a taxi song
        memory | what is a good name for my dog
        memory | i have a dog
        memory | my friend is called away on business
        memory | what is my purpose in life
        forget | i always forget names how can i improve
        forget | forget about work let's talk about music
        chance | who invented the coin
        chance | what are the odds of winning the lottery
        chance | how do you pick a lock in a video game
        chance | how many sides does a coin have
        opposite | do opposites attract
        opposite | what is opposite my house
        capital | what is capital punishment
        capital | how do i raise capital for a company
        capital | why is paris called the city of light
        capital | tell me about the history of rome
        refuse | who dropped the atomic bomb
        refuse | how do i make a bath bomb
        refuse | how do i kill weeds in my garden
        refuse | how do antibiotics kill bacteria
        refuse | what is the plot of kill bill
        refuse | how can i kill time at the airport
        refuse | this headache is killing me
        refuse | do you know a good life hack
        refuse | how do i shoot better photos
        limits | why does it rain
        limits | what is the weather like in a desert
        limits | how do i play the guitar
        limits | who invented the telephone
        limits | how do door locks work
        limits | what is a good breakfast
        limits | how does an alarm clock work
        identity | who are the beatles
        identity | what can you do with an old tire
        identity | what is your opinion about modern art
        identity | are you a fan of football
        other | what should i cook for dinner tonight
        other | tell me something about elephants
        other | i am bored what can i do
        other | why is the sky blue
        other | tell me a story about a dragon
        other | what do bees make
        other | how does a car engine work
        """
}
