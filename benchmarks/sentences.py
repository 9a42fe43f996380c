"""Everyday English sentences, short and long, to translate or classify."""

from __future__ import annotations

SENTENCES = """\
My sister bakes bread on Sundays.
The bus was late again, so I walked to the office in the rain.
Do you take sugar?
We painted the kitchen yellow, and now everyone who visits us wants to sit there.
Please leave your wet boots outside the door.
I forgot my umbrella on the train this morning.
Nobody told me that the library closes at noon.
The children built a castle out of old boxes and refused to come in for supper.
Her garden smells wonderful.
If the weather stays dry, we will cut the grass on Thursday.
How much is this lamp?
He plays the violin badly, but his neighbours are patient people.
There is some cold soup in the fridge if you get hungry later.
My grandfather repaired clocks for forty years and never owned a watch himself.
Turn left after the bakery.
Somebody parked a red van in front of our gate, and we could not get out all day.
The cat sleeps on my keyboard whenever I try to work.
I would rather take the stairs.
She called to say that the parcel had arrived, but the box was empty.
Our teacher lost his glasses twice last week.
Can you help me carry this table down to the cellar before your brother comes home?
The milk has gone sour.
I am learning to swim at the age of fifty, and I enjoy every minute of it.
They moved to a small village by the sea, where the shops are only open in the summer.
Which platform does it leave from?
Don't wake the baby, please.
The doctor told him to drink less coffee and to go for a walk every evening.
We have been waiting for the plumber since eight.
My phone fell into the lake while I was taking a picture of the ducks.
The tomatoes are ripe now.
You can borrow my bicycle as long as you bring it back before dark.
It snowed all night, and in the morning the whole street was quiet and white.
Grandma keeps her letters in a biscuit tin.
Have you fed the rabbits?
The lift is broken, so the old lady on the fifth floor has not been out for days.
I bought these shoes last month, and they already have holes in them.
Two of the windows do not close properly.
His soup is too salty.
When the lights went out, we found some candles and told each other ghost stories until midnight.
The museum is free on the first Sunday of the month.
My cousin wants to become a pilot, although she is afraid of heights.
Put the keys under the flowerpot when you leave.
We missed the last ferry and had to spend the night on a bench.
Our dog barks at the postman but loves the milkman.
The film was long and boring.
Would you mind closing the window, because the noise from the street gives me a headache?
He forgot to water the plants.
I have never seen so many stars as on that night in the mountains.
The baker on our corner knows everybody's name.
She wrote the address on her hand, since neither of us had brought any paper.
Are these seats taken?
The farmer sold us a dozen eggs and gave the children a basket full of apples.
Tomorrow I have to get up early to catch the first train to the coast.
This jacket is too small for you.
My neighbour's son mows our lawn every other week.
We drank tea on the balcony and watched the fishing boats come into the harbour one after the other before sunset.
The shop sells buttons of all colours.
I can't find my other glove.
After the storm, the path through the woods was blocked by three fallen trees.
They were so tired that they fell asleep in front of the television.
He always hums while he cooks.
Her handwriting is difficult to read, so I asked her to type the recipe for me.
Mind that puddle!
If you see my uncle at the market, tell him that his hat is still at our house.
""".splitlines()
