// The symbols to pick, by kind: each entry is the emoji, its name and, after a colon, more words to find it by.
// A test holds that the shop takes every one of them.

const KINDS = [
  ["Often used", "⭐", `
🎂 birthday cake: anniversary|🎉 party: celebration|🎁 present: gift|❤️ heart: love|💍 wedding ring: marriage engagement
👶 baby: birth christening|🍝 dinner: pasta meal|☕ coffee: tea cafe|🏖️ beach: holiday summer|✈️ flight: plane travel
🚆 train: railway|🚲 bicycle: bike cycling|⚽ football: soccer match|🏊 swimming: pool|🎵 music: song lesson
🎭 theatre: play opera|📚 books: library reading|🏫 school: term|🦷 dentist: tooth|💊 medicine: pill doctor
🐶 dog: vet|🐱 cat: vet|🌱 sowing: seedling plant|🌻 garden: sunflower|🗑️ bins: rubbish waste
🔧 repair: spanner service|💶 money: bill rent pay|⭐ star: important|🎄 Christmas tree: advent|🐣 Easter chick: hatching`],
  ["Celebrations", "🎈", `
🎈 balloon: birthday|🥳 party face: celebration|🎊 confetti: party|🍾 champagne: new year|🥂 clinking glasses: toast anniversary
🎆 fireworks: new year|🎇 sparkler: fireworks|🧨 firecracker: lunar new year|✨ sparkles|🕯️ candle: advent memorial
🎅 Father Christmas: Santa|🤶 Mother Christmas|⛄ snowman: winter|🦌 reindeer: Christmas|🎃 pumpkin lantern: Halloween
👻 ghost: Halloween|🐰 rabbit: Easter bunny|🥚 egg: Easter|🪔 oil lamp: Diwali|🕎 menorah: Hanukkah
🌙 crescent moon: Ramadan Eid|🧧 red envelope: lunar new year|🐉 dragon: lunar new year|🎏 carp streamer: children's day|🎑 harvest moon festival
💐 bouquet: flowers mother's day|🌹 rose: Valentine|💝 heart with ribbon: Valentine|💌 love letter: invitation|👰 bride: wedding
🤵 groom: wedding|💒 wedding chapel|🎓 graduation: degree exam|🏆 trophy: prize|🥇 gold medal: first
🎀 ribbon: bow|🪅 piñata: party|👑 crown: king queen|🎪 circus: fair|🎡 big wheel: fair`],
  ["People", "👪", `
👪 family: relatives|👵 grandmother: granny|👴 grandfather: grandad|👩 woman: mother|👨 man: father
👧 girl: daughter|👦 boy: son|🧒 child|👭 friends: women|👫 couple: friends
👬 friends: men|🤰 pregnant woman: due|🤱 breast-feeding|👼 angel: baby|💏 kiss: couple
💑 couple with heart: anniversary|🤝 handshake: meeting agreement|👋 wave: hello goodbye|👏 applause: bravo|🙏 thank you: prayer
💪 strong: training gym|👍 thumbs up: yes|✌️ victory: peace|🤞 fingers crossed: luck|👣 footprints: first steps
😀 smile: happy|😂 laughing: tears of joy|😍 in love: heart eyes|😎 cool: sunglasses|😴 asleep: lie in
🤒 ill: fever sick|🥰 loved: hearts|😇 halo: good|🤗 hug|😢 sad: farewell
👩‍🍳 cook: chef|👩‍⚕️ doctor: health|👩‍🏫 teacher: parents' evening|👷 builder: workman|🧑‍🎄 Christmas helper`],
  ["Food and drink", "🍰", `
🍰 cake: shortcake|🧁 cupcake: muffin|🍪 biscuit: cookie baking|🍫 chocolate|🍦 ice cream: summer
🍩 doughnut: carnival|🥞 pancakes: shrove tuesday|🥐 croissant: breakfast|🍞 bread: baking|🥨 pretzel
🧀 cheese: fondue raclette|🍳 fried egg: breakfast brunch|🥗 salad: lunch|🍲 stew: soup dinner|🍕 pizza
🍔 burger|🌭 hot dog|🍟 chips: fries|🌮 taco|🍣 sushi
🍜 noodles: ramen|🍛 curry|🥘 paella: casserole|🍖 roast: barbecue meat|🥓 bacon
🦃 turkey: Thanksgiving|🐟 fish|🦞 lobster|🍎 apple: harvest|🍐 pear
🍓 strawberry: picking|🍒 cherry|🍇 grapes: wine harvest|🍉 melon: summer|🍋 lemon
🍊 orange|🍌 banana|🍅 tomato|🥕 carrot|🥔 potato
🌽 sweetcorn: maize|🥒 cucumber|🥬 lettuce: greens|🧅 onion|🧄 garlic
🍄 mushroom: forage|🌰 chestnut: autumn|🍯 honey: bees|🍺 beer: pub|🍷 wine
🍸 cocktail: drinks|🍵 tea: green|🥛 milk|🧃 juice|🍽️ restaurant: dinner table`],
  ["Travel and places", "🧳", `
🧳 suitcase: packing trip|🚗 car: drive service|🚕 taxi|🚌 bus: coach outing|🚐 camper: van
🚚 removal lorry: moving delivery|🚜 tractor: farm|🏍️ motorbike|🛵 scooter|🚄 express train
🚂 steam train|🚇 underground: metro|🚋 tram|🚁 helicopter|🛫 departure: flight
🛬 arrival: landing|⛵ sailing boat|🚢 ship: cruise|⛴️ ferry|🛶 canoe: paddling
🏠 home: house|🏡 house with garden: move|🏰 castle: outing|⛪ church: christening mass|🕌 mosque
🕍 synagogue|🛕 temple|🏥 hospital: appointment|🏦 bank|🏨 hotel: weekend away
🏪 shop|🏛️ museum: town hall|🗼 tower: city trip|🗽 New York: statue of liberty|🗻 mountain
⛰️ hills: hiking|🏕️ camping: tent|🏝️ island: holiday|🌋 volcano|🌉 bridge
🗺️ map: trip|🧭 compass: hike|⛽ petrol: fuel|🚧 roadworks: building site|⛲ fountain: park`],
  ["Sport and play", "🎾", `
🎾 tennis|🏀 basketball|🏐 volleyball|🏈 American football|🏉 rugby
🏓 table tennis: ping-pong|🏸 badminton|🏒 ice hockey|🏑 hockey|🏏 cricket
⚾ baseball|🎳 bowling: skittles|🎯 darts: target|🏃 run: race marathon|🚶 walk: hike
🚴 cycling: race|🏋️ weights: gym|🤸 gymnastics|🧘 yoga|🧗 climbing
🏇 horse race: riding|⛷️ skiing: winter|🏂 snowboard|⛸️ skating: ice|🛷 sledge: snow
🏄 surfing|🚣 rowing|🤽 water polo|🥋 judo: karate|🥊 boxing
⛳ golf|🎣 fishing|🎮 computer game|🎲 board game: dice|♟️ chess
🃏 cards: bridge|🧩 jigsaw: puzzle|🎨 painting: art class|🎬 film: cinema|🎤 singing: choir karaoke
🎸 guitar: band|🎻 violin: concert|🎹 piano: lesson|🎺 trumpet: brass band|🥁 drums
🎷 saxophone: jazz|🎶 notes: concert choir|💃 dance: ball|🪁 kite: autumn|🛝 playground: slide`],
  ["Home and work", "🧺", `
🧺 basket: laundry picnic market|🧹 broom: cleaning|🧽 sponge: washing up|🧼 soap|🪣 bucket
🛁 bath|🚿 shower|🪟 window: cleaning|🚪 door: open house|🔑 key: handover
🛋️ sofa: furniture|🛏️ bed: guests|💡 light: idea electrician|🔌 plug: meter|🔥 fire: stove bonfire
🪵 wood: logs|🔨 hammer: handyman|🪛 screwdriver: repair|🪚 saw|🧰 toolbox
🪜 ladder|🖌️ brush: decorate paint|✂️ scissors: haircut|💇 haircut: hairdresser|💅 nails
👗 dress: fitting|👔 shirt: office|🧵 thread: sewing|🧶 wool: knitting|👓 glasses: optician
🩺 stethoscope: doctor check-up|💉 injection: vaccination|🩹 plaster|🩸 blood donor|🧪 test: lab
💼 briefcase: work business|💻 computer: work call|📞 telephone: call|📱 mobile phone|📧 email
✉️ letter: post|📦 parcel: delivery|📬 letter box|🗳️ ballot box: election vote|📝 note: exam test
📖 book: reading group|🎒 school bag: first day|✏️ pencil: homework|📐 set square: maths|🔬 microscope: science
📅 diary: appointment|⏰ alarm clock: early|⌛ hourglass: deadline|💰 money bag: salary|💳 card: payment
🧾 receipt: tax invoice|🛒 shopping trolley|🛍️ shopping bags: sale|📷 camera: photo|🎥 video`],
  ["Nature and weather", "🍂", `
🌷 tulip: spring bulbs|🌸 blossom: cherry spring|🌼 daisy: flower|🌺 hibiscus|🪻 hyacinth: lavender
💮 white flower|🍀 four-leaf clover: luck|🌿 herb|🌾 wheat: harvest|🍁 maple leaf: autumn
🍂 falling leaves: autumn|🍃 leaves in the wind|🌳 tree|🌲 fir: forest|🌴 palm
🌵 cactus: water plants|🪴 pot plant: water|☀️ sun: summer|🌤️ sun and cloud|⛅ cloudy
🌧️ rain|⛈️ thunderstorm|🌈 rainbow: pride|❄️ snowflake: winter frost|☃️ snow: winter
💨 wind|🌊 wave: tide sea|💧 drop: water|☔ umbrella: rain|🌕 full moon
🌑 new moon|🌠 shooting star: meteors|🌌 milky way: stargazing|🌍 Earth: environment|🐝 bee: honey
🦋 butterfly|🐞 ladybird|🐌 snail|🐦 bird: nest box|🐔 hen: chickens
🦆 duck|🦉 owl|🐴 horse: riding farrier|🐮 cow|🐷 pig
🐑 sheep: shearing|🐐 goat|🐭 mouse|🐹 hamster|🐾 paws: pet vet
🦊 fox|🦔 hedgehog|🐻 bear|🐘 elephant: zoo|🦁 lion: zoo
🐒 monkey: zoo|🐧 penguin|🐢 tortoise|🐠 tropical fish: aquarium|🦕 dinosaur: museum`],
  ["Signs", "✅", `
✅ done: tick check|❌ cancelled: cross no|❗ important: exclamation|❓ question: open|⚠️ warning: attention
🔴 red circle|🟠 orange circle|🟡 yellow circle|🟢 green circle|🔵 blue circle
🟣 purple circle|⚫ black circle|⚪ white circle|🧡 orange heart|💛 yellow heart
💚 green heart|💙 blue heart|💜 purple heart|🖤 black heart|💔 broken heart
💯 hundred: points|🔔 bell: reminder|🔕 silent: quiet|📌 pin: note|🚩 flag: deadline
🏁 finish: race|🏳️‍🌈 rainbow flag: pride|♻️ recycling: paper|🅿️ parking|🆓 free
🆕 new|🔁 repeat: weekly|🔒 closed: locked|🔓 open|🎗️ ribbon: awareness
☮️ peace|☯️ yin and yang|✝️ cross: Easter confirmation|☪️ star and crescent|✡️ star of David`],
];

const entry = (line) => {
  const [, emoji, name, more] = /^(\S+) ([^:]+)(?:: (.*))?$/.exec(line);
  return { emoji, name, words: `${name} ${more ?? ""}`.toLowerCase() };
};

export const CATEGORIES = KINDS.map(([name, emoji, lines]) => ({ name, emoji, entries: lines.trim().split(/[|\n]/).map(entry) }));
