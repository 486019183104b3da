"""Point annotations of our own making, with the concept behind every label known: scenes of things, five languages.

Each concept has wordings of English, German, French, Spanish and Japanese annotators; on top come plurals, articles,
adjectives that don't change the concept, misspellings, and near misses: other concepts whose labels look or mean nearly
the same.
"""

import hashlib
import io
import json
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from PIL import Image, ImageDraw

# concept: English wordings | German | French | Spanish | Japanese
CONCEPTS = """
car: car, automobile, sedan, motor vehicle | Auto, Wagen, PKW | voiture, automobile | coche, automóvil | 車, 自動車
bus: bus, coach bus, city bus | Bus, Omnibus | bus, autobus | autobús, ómnibus | バス
bicycle: bicycle, bike, pushbike | Fahrrad, Rad | vélo, bicyclette | bicicleta, bici | 自転車
motorcycle: motorcycle, motorbike | Motorrad | moto, motocyclette | motocicleta, moto | オートバイ, バイク
truck: truck, lorry | Lastwagen, LKW | camion | camión | トラック
train: train, railway train, locomotive | Zug, Eisenbahn | train | tren | 電車, 列車
airplane: airplane, plane, aircraft | Flugzeug | avion | avión | 飛行機
boat: boat, ship, vessel | Boot, Schiff | bateau, navire | barco, bote | 船, ボート
dog: dog, doggy, hound | Hund | chien | perro | 犬
cat: cat, kitty, feline | Katze | chat | gato | 猫
horse: horse, pony | Pferd | cheval | caballo | 馬
cow: cow, cattle | Kuh, Rind | vache | vaca | 牛
sheep: sheep, lamb | Schaf | mouton | oveja | 羊
bird: bird, birdie | Vogel | oiseau | pájaro, ave | 鳥
fish: fish | Fisch | poisson | pez | 魚
elephant: elephant | Elefant | éléphant | elefante | 象
waterfall: waterfall, falls, cascade, waterfall in a forest | Wasserfall | cascade, chute d'eau | cascada, catarata | 滝
mountain: mountain, mountain peak | Berg, Gebirge | montagne | montaña | 山
tree: tree, tree trunk and branches | Baum | arbre | árbol | 木
flower: flower, blossom, bloom | Blume, Blüte | fleur | flor | 花
beach: beach, sandy shore | Strand | plage | playa | ビーチ, 砂浜
bridge: bridge, footbridge | Brücke | pont | puente | 橋
house: house, home | Haus | maison | casa | 家
church: church, chapel | Kirche | église | iglesia | 教会
window: window, window pane | Fenster | fenêtre | ventana | 窓
door: door, doorway | Tür | porte | puerta | ドア, 扉
chair: chair, seat | Stuhl | chaise | silla | 椅子
table: table, dining table | Tisch | table | mesa | テーブル
couch: couch, sofa, settee | Sofa, Couch | canapé | sofá | ソファ
bed: bed | Bett | lit | cama | ベッド
lamp: lamp, table lamp | Lampe | lampe | lámpara | ランプ
clock: clock, wall clock | Uhr, Wanduhr | horloge | reloj | 時計
mirror: mirror, looking glass | Spiegel | miroir | espejo | 鏡
bottle: bottle, flask | Flasche | bouteille | botella | ボトル, 瓶
cup: cup, mug | Tasse, Becher | tasse | taza | カップ
plate: plate, dinner plate | Teller | assiette | plato | 皿
fork: fork | Gabel | fourchette | tenedor | フォーク
spoon: spoon, teaspoon | Löffel | cuillère | cuchara | スプーン
knife: knife, kitchen knife | Messer | couteau | cuchillo | ナイフ
apple: apple | Apfel | pomme | manzana | りんご
banana: banana | Banane | banane | plátano, banana | バナナ
orange fruit: orange fruit, mandarin orange | Apfelsine | une orange fruit | naranja fruta | オレンジ果物
bread: bread, loaf of bread | Brot | pain | pan | パン
cheese: cheese | Käse | fromage | queso | チーズ
cake: cake, birthday cake | Kuchen, Torte | gâteau | pastel, tarta | ケーキ
pizza: pizza, slice of pizza | Pizza | pizza | pizza | ピザ
person: person, human being, individual | Person, Mensch | personne | persona | 人
child: child, kid, youngster | Kind | enfant | niño | 子供
baby: baby, infant, newborn | Baby, Säugling | bébé | bebé | 赤ちゃん
police officer: police officer, policeman, cop | Polizist | policier, agent de police | policía, agente de policía | 警察官
chef: chef, cook | Koch | cuisinier | cocinero | 料理人, シェフ
hat: hat, cap | Hut, Mütze | chapeau | sombrero | 帽子
shoe: shoe, sneaker | Schuh | chaussure | zapato | 靴
shirt: shirt, blouse | Hemd | chemise | camisa | シャツ
umbrella: umbrella, parasol | Regenschirm, Schirm | parapluie | paraguas | 傘
backpack: backpack, rucksack | Rucksack | sac à dos | mochila | リュックサック
suitcase: suitcase, travel case | Koffer | valise | maleta | スーツケース
left glove: left glove, left-hand glove | linker Handschuh | gant gauche | guante izquierdo | 左の手袋
right glove: right glove, right-hand glove | rechter Handschuh | gant droit | guante derecho | 右の手袋
red balloon: red balloon | roter Luftballon | ballon rouge | globo rojo | 赤い風船
blue balloon: blue balloon | blauer Luftballon | ballon bleu | globo azul | 青い風船
open book: open book | offenes Buch | livre ouvert | libro abierto | 開いた本
newspaper: newspaper, daily paper | Zeitung | journal | periódico | 新聞
computer: computer, desktop computer | Computer, Rechner | ordinateur | ordenador, computadora | コンピューター, パソコン
laptop: laptop, notebook computer | Laptop, Notebook | ordinateur portable | portátil | ノートパソコン
keyboard: keyboard, computer keyboard | Tastatur | clavier | teclado | キーボード
mobile phone: mobile phone, cell phone, smartphone | Handy, Mobiltelefon | téléphone portable | teléfono móvil, celular | 携帯電話, スマホ
television: television, tv, tv screen | Fernseher | télévision, téléviseur | televisor, televisión | テレビ
camera: camera, photo camera | Kamera, Fotoapparat | appareil photo | cámara de fotos | カメラ
guitar: guitar, acoustic guitar | Gitarre | guitare | guitarra | ギター
piano: piano, grand piano | Klavier | piano | piano | ピアノ
ball: ball, soccer ball, football | Ball, Fußball | ballon de football | balón de fútbol, pelota | サッカーボール, ボール
kite: kite | Drachen | cerf-volant | cometa de papel | 凧
traffic light: traffic light, stop light, traffic signal | Ampel, Verkehrsampel | feu de circulation | semáforo | 信号機
traffic sign: traffic sign, road sign | Verkehrsschild | panneau de signalisation | señal de tráfico | 道路標識
fire hydrant: fire hydrant, hydrant | Hydrant | bouche d'incendie | hidrante, boca de incendios | 消火栓
trash can: trash can, garbage bin, dustbin | Mülleimer, Abfalleimer | poubelle | cubo de basura | ゴミ箱
bench: bench, park bench | Bank, Parkbank | banc | banco de parque | ベンチ
street light: street light, street lamp, lamp post | Straßenlaterne | lampadaire, réverbère | farola | 街灯
crosswalk: crosswalk, zebra crossing, pedestrian crossing | Zebrastreifen | passage piéton | paso de peatones, paso de cebra | 横断歩道
scissors: scissors, pair of scissors | Schere | ciseaux | tijeras | はさみ
pencil: pencil | Bleistift | crayon | lápiz | 鉛筆
key: key, door key | Schlüssel | clé | llave | 鍵
star: star | Stern | étoile | estrella | 星
moon: moon, full moon | Mond | lune | luna | 月
sun: sun | Sonne | soleil | sol | 太陽
cloud: cloud | Wolke | nuage | nube | 雲
river: river, stream | Fluss | rivière, fleuve | río | 川
butterfly: butterfly | Schmetterling | papillon | mariposa | 蝶
bee: bee, honeybee | Biene | abeille | abeja | 蜂
spider: spider | Spinne | araignée | araña | 蜘蛛
wheel: wheel, rim of a wheel | Rad eines Wagens | roue | rueda | 車輪
sandwich: sandwich, toasted sandwich | belegtes Brot | sandwich | bocadillo, sándwich | サンドイッチ
"""
ARTICLES = (("the ", "a ", ""), ("der ", "ein ", ""), ("le ", "un ", ""), ("el ", "un ", ""), ("",))
ADJECTIVES = ("small ", "big ", "old ", "nice ", "wooden ", "plastic ", "nearby ", "whole ")
PLACES = (" on the street", " in the background picture", " next to the wall", " in the photo", " at the park")
METHODS = ("pointing", "counting")


class Made(NamedTuple):
    """A row and the concept behind it."""

    row: dict[str, Any]
    concept: str


def concepts() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Concept -> wordings per language."""
    found = {}
    for line in CONCEPTS.strip().splitlines():
        name, _, rest = line.partition(":")
        found[name] = tuple(tuple(w.strip() for w in part.split(",")) for part in rest.split("|"))
    return found


def annotations(count: int, seed: int = 5, different: int = 0) -> list[Made]:
    """Rows with PixMo-Points columns: scenes of 2 to 8 things, each thing a row.

    `different`: so many made-up brands are added to labels, for a benchmark that needs many different ones.
    """
    random = Random(seed)
    known = concepts()
    names = list(known)
    made: list[Made] = []
    while len(made) < count:
        scene = f"scene{len(made):07d}"
        sha256 = hashlib.sha256(scene.encode()).hexdigest()
        for concept in random.sample(names, random.randint(2, 8)):
            label = wording(known[concept], random)
            if different:
                label = f"{label} {brand(random.randrange(different))}"
            absent = random.random() < 0.03
            points = [] if absent else some_points(random)
            row = {
                "image_url": f"https://images.example/{scene}.png", "image_sha256": sha256, "points": points,
                "count": len(points), "label": label, "collection_method": random.choice(METHODS),
            }  # fmt: skip
            made.append(Made(row, concept))
    return made[:count]


def some_points(random: Random) -> list[dict[str, float]]:
    few = random.choices((1, 2, 3, 5, 9, 20), (40, 25, 15, 10, 6, 4))[0]
    return [{"x": round(random.uniform(0, 100), 2), "y": round(random.uniform(0, 100), 2)} for _ in range(few)]


def wording(languages: tuple[tuple[str, ...], ...], random: Random) -> str:
    """A label as one annotator might write it."""
    language = random.choices(range(5), (60, 10, 10, 10, 10))[0]
    label = random.choice(languages[language])
    if language == 4:
        return label
    plain = label.isascii() and language == 0
    if plain and random.random() < 0.12:
        label = random.choice(ADJECTIVES) + label
    if plain and random.random() < 0.06:
        label += random.choice(PLACES)
    if plain and random.random() < 0.15 and not label.endswith(("s", "x", "ch", "sh", "y", "fe", "n")):
        label += "s"
    if random.random() < 0.06 and len(label) > 5:
        label = misspelt(label, random)
    label = random.choice(ARTICLES[language]) + label if random.random() < 0.3 else label
    return random.choice((label, label, label.capitalize(), label.upper() if len(label) < 12 else label, label + "."))


def misspelt(label: str, random: Random) -> str:
    """Two letters swapped, one left out, or one doubled."""
    at = random.randrange(1, len(label) - 2)
    if not label[at : at + 2].isalpha():
        return label
    return random.choice((
        label[:at] + label[at + 1] + label[at] + label[at + 2 :], label[:at] + label[at + 1 :], label[:at] + label[at] + label[at:]
    ))  # fmt: skip


def brand(number: int) -> str:
    """A made-up word."""
    parts = ["ka", "re", "mi", "to", "su", "na", "lo", "vi", "pe", "da", "go", "fu"]
    return "".join(parts[(number // 12**i) % 12] for i in range(4))


def write_rows(path: Path, made: list[Made]) -> Path:
    path.write_text("".join(json.dumps(m.row, ensure_ascii=False) + "\n" for m in made), encoding="utf-8")
    return path


def picture(points: list[dict[str, float]], seed: int = 0, size: tuple[int, int] = (320, 240)) -> bytes:
    """A scene with a disc at each point."""
    random = Random(seed)
    image = Image.new("RGB", size, tuple(random.randrange(160, 256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for p in points:
        x, y = p["x"] / 100 * size[0], p["y"] / 100 * size[1]
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=tuple(random.randrange(0, 140) for _ in range(3)))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
