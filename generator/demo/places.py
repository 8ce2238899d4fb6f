"""Where the made-up offers lie: real municipalities, codes, postal towns and centres, made-up streets."""

from typing import NamedTuple


class Municipality(NamedTuple):
    """A municipality with its centre and the postal towns in which demo offers lie."""

    code: str
    name: str
    region: str
    latitude: float
    longitude: float
    towns: tuple[tuple[str, str], ...]

    @property
    def council(self) -> str:
        """Gives the name of the municipality as an authority."""
        return COUNCIL_NAMES.get(self.name, f"{self.name} Kommune")


# Those that don't call themselves "<name> Kommune".
COUNCIL_NAMES = {
    "København": "Københavns Kommune",
    "Bornholm": "Bornholms Regionskommune",
    "Nordfyn": "Nordfyns Kommune",
    "Vesthimmerland": "Vesthimmerlands Kommune",
}

SOCIALTILSYN = {
    "Nordjylland": "Socialtilsyn Nord",
    "Midtjylland": "Socialtilsyn Midt",
    "Syddanmark": "Socialtilsyn Syd",
    "Sjælland": "Socialtilsyn Øst",
    "Hovedstaden": "Socialtilsyn Hovedstaden",
}
# The municipalities that run a socialtilsyn don't supervise themselves.
HOST_CODES = frozenset({"0860", "0740", "0430", "0316", "0147"})

# code;name;latitude;longitude;postal number and town, one or two
_ROWS = {
    "Hovedstaden": """
0101;København;55.676;12.568;2200 København N,2450 København SV
0147;Frederiksberg;55.680;12.530;2000 Frederiksberg
0151;Ballerup;55.731;12.363;2750 Ballerup,2740 Skovlunde
0153;Brøndby;55.645;12.418;2605 Brøndby,2660 Brøndby Strand
0155;Dragør;55.593;12.672;2791 Dragør
0157;Gentofte;55.750;12.552;2820 Gentofte,2900 Hellerup
0159;Gladsaxe;55.733;12.489;2860 Søborg,2880 Bagsværd
0161;Glostrup;55.666;12.404;2600 Glostrup
0163;Herlev;55.724;12.440;2730 Herlev
0165;Albertslund;55.657;12.364;2620 Albertslund
0167;Hvidovre;55.642;12.475;2650 Hvidovre
0169;Høje-Taastrup;55.652;12.270;2630 Taastrup,2640 Hedehusene
0173;Lyngby-Taarbæk;55.770;12.503;2800 Kongens Lyngby,2830 Virum
0175;Rødovre;55.681;12.454;2610 Rødovre
0183;Ishøj;55.615;12.352;2635 Ishøj
0185;Tårnby;55.630;12.600;2770 Kastrup
0187;Vallensbæk;55.623;12.385;2665 Vallensbæk Strand,2625 Vallensbæk
0190;Furesø;55.774;12.370;3500 Værløse,3520 Farum
0201;Allerød;55.870;12.357;3450 Allerød,3540 Lynge
0210;Fredensborg;55.975;12.404;3480 Fredensborg,2980 Kokkedal
0217;Helsingør;56.034;12.600;3000 Helsingør,3060 Espergærde
0219;Hillerød;55.930;12.307;3400 Hillerød,3320 Skævinge
0223;Hørsholm;55.881;12.500;2970 Hørsholm
0230;Rudersdal;55.815;12.480;2840 Holte,3460 Birkerød
0240;Egedal;55.772;12.190;3650 Ølstykke,3660 Stenløse
0250;Frederikssund;55.839;12.068;3600 Frederikssund,3630 Jægerspris
0260;Halsnæs;55.970;12.020;3300 Frederiksværk,3390 Hundested
0270;Gribskov;56.090;12.300;3200 Helsinge,3230 Græsted
0400;Bornholm;55.105;14.790;3700 Rønne,3730 Nexø
""",
    "Sjælland": """
0253;Greve;55.585;12.290;2670 Greve,2690 Karlslunde
0259;Køge;55.457;12.170;4600 Køge,4681 Herfølge
0265;Roskilde;55.641;12.081;4000 Roskilde,4130 Viby Sjælland
0269;Solrød;55.532;12.210;2680 Solrød Strand
0306;Odsherred;55.840;11.610;4500 Nykøbing Sjælland,4550 Asnæs
0316;Holbæk;55.710;11.710;4300 Holbæk,4450 Jyderup
0320;Faxe;55.255;12.120;4640 Faxe,4690 Haslev
0326;Kalundborg;55.675;11.120;4400 Kalundborg,4281 Gørlev
0329;Ringsted;55.444;11.790;4100 Ringsted
0330;Slagelse;55.403;11.357;4200 Slagelse,4220 Korsør
0336;Stevns;55.323;12.320;4660 Store Heddinge,4652 Hårlev
0340;Sorø;55.433;11.556;4180 Sorø,4293 Dianalund
0350;Lejre;55.600;11.930;4320 Lejre,4330 Hvalsø
0360;Lolland;54.830;11.140;4900 Nakskov,4930 Maribo
0370;Næstved;55.230;11.760;4700 Næstved,4160 Herlufmagle
0376;Guldborgsund;54.768;11.872;4800 Nykøbing Falster,4990 Sakskøbing
0390;Vordingborg;55.010;11.910;4760 Vordingborg,4720 Præstø
""",
    "Syddanmark": """
0410;Middelfart;55.499;9.750;5500 Middelfart,5591 Gelsted
0420;Assens;55.270;9.900;5610 Assens,5620 Glamsbjerg
0430;Faaborg-Midtfyn;55.200;10.360;5600 Faaborg,5750 Ringe
0440;Kerteminde;55.449;10.650;5300 Kerteminde,5290 Marslev
0450;Nyborg;55.312;10.780;5800 Nyborg,5540 Ullerslev
0461;Odense;55.396;10.388;5000 Odense C,5260 Odense S
0479;Svendborg;55.066;10.607;5700 Svendborg,5882 Vejstrup
0480;Nordfyn;55.560;10.210;5400 Bogense,5450 Otterup
0482;Langeland;54.938;10.710;5900 Rudkøbing,5953 Tranekær
0492;Ærø;54.889;10.400;5970 Ærøskøbing,5960 Marstal
0510;Haderslev;55.250;9.480;6100 Haderslev,6500 Vojens
0530;Billund;55.730;9.110;7190 Billund,7200 Grindsted
0540;Sønderborg;54.910;9.790;6400 Sønderborg,6430 Nordborg
0550;Tønder;54.940;8.870;6270 Tønder,6240 Løgumkloster
0561;Esbjerg;55.470;8.460;6700 Esbjerg,6760 Ribe
0563;Fanø;55.440;8.410;6720 Fanø
0573;Varde;55.620;8.480;6800 Varde,6870 Ølgod
0575;Vejen;55.480;9.140;6600 Vejen,6630 Rødding
0580;Aabenraa;55.040;9.410;6200 Aabenraa,6330 Padborg
0607;Fredericia;55.566;9.740;7000 Fredericia
0621;Kolding;55.490;9.470;6000 Kolding,6070 Christiansfeld
0630;Vejle;55.710;9.530;7100 Vejle,7300 Jelling
""",
    "Midtjylland": """
0615;Horsens;55.860;9.840;8700 Horsens,8740 Brædstrup
0657;Herning;56.137;8.970;7400 Herning,7451 Sunds
0661;Holstebro;56.360;8.620;7500 Holstebro,7830 Vinderup
0665;Lemvig;56.540;8.310;7620 Lemvig,7680 Thyborøn
0671;Struer;56.490;8.590;7600 Struer
0706;Syddjurs;56.290;10.500;8410 Rønde,8400 Ebeltoft
0707;Norddjurs;56.410;10.870;8500 Grenaa,8963 Auning
0710;Favrskov;56.330;9.980;8370 Hadsten,8382 Hinnerup
0727;Odder;55.973;10.150;8300 Odder
0730;Randers;56.460;10.040;8900 Randers C,8920 Randers NV
0740;Silkeborg;56.170;9.550;8600 Silkeborg,8620 Kjellerup
0741;Samsø;55.860;10.600;8305 Samsø
0746;Skanderborg;56.040;9.930;8660 Skanderborg,8680 Ry
0751;Aarhus;56.156;10.210;8000 Aarhus C,8260 Viby J
0756;Ikast-Brande;56.130;9.160;7430 Ikast,7330 Brande
0760;Ringkøbing-Skjern;56.000;8.400;6950 Ringkøbing,6900 Skjern
0766;Hedensted;55.770;9.700;8722 Hedensted,7130 Juelsminde
0779;Skive;56.566;9.030;7800 Skive,7870 Roslev
0791;Viborg;56.452;9.400;8800 Viborg,8850 Bjerringbro
""",
    "Nordjylland": """
0773;Morsø;56.796;8.860;7900 Nykøbing Mors
0787;Thisted;56.956;8.690;7700 Thisted,7760 Hurup Thy
0810;Brønderslev;57.270;9.950;9700 Brønderslev,9330 Dronninglund
0813;Frederikshavn;57.440;10.510;9900 Frederikshavn,9300 Sæby
0820;Vesthimmerland;56.800;9.500;9600 Aars,9670 Løgstør
0825;Læsø;57.280;11.000;9940 Læsø
0840;Rebild;56.830;9.840;9530 Støvring,9520 Skørping
0846;Mariagerfjord;56.640;9.790;9500 Hobro,9560 Hadsund
0849;Jammerbugt;57.160;9.740;9440 Aabybro,9690 Fjerritslev
0851;Aalborg;57.048;9.920;9000 Aalborg,9400 Nørresundby
0860;Hjørring;57.464;9.980;9800 Hjørring,9850 Hirtshals
""",
}


def _read_rows() -> tuple[Municipality, ...]:
    """Turns the table above into municipalities."""
    found = []
    for region, rows in _ROWS.items():
        for row in rows.split("\n"):
            if row:
                code, name, latitude, longitude, towns = row.split(";")
                pairs = tuple((town[:4], town[5:]) for town in towns.split(","))
                found.append(Municipality(code, name, region, float(latitude), float(longitude), pairs))
    return tuple(found)


MUNICIPALITIES = _read_rows()

# The first part serves streets, offers and providers alike, as it does in life.
FIRST_PARTS = [
    "Birke",
    "Bøge",
    "Ege",
    "Pile",
    "Lærke",
    "Svale",
    "Mølle",
    "Kløver",
    "Hyben",
    "Rønne",
    "Æble",
    "Kirsebær",
    "Hassel",
    "Lyng",
    "Hede",
    "Sø",
    "Åkande",
    "Strand",
    "Fjord",
    "Skov",
    "Kilde",
    "Højris",
    "Grøn",
    "Sol",
    "Måge",
    "Ørne",
    "Råge",
    "Vibe",
    "Tjørne",
    "Slåen",
    "Brombær",
    "Nørre",
    "Sønder",
    "Øster",
    "Vester",
    "Hjorte",
    "Blåklokke",
    "Kær",
    "Hørsø",
    "Bjerg",
    "Ravne",
    "Træskov",
    "Rosen",
    "Græs",
    "Enghave",
    "Fyrre",
]
STREET_ENDINGS = [
    "vej",
    "gade",
    "vænget",
    "allé",
    "stræde",
    "bakken",
    "toften",
    "parken",
    "stien",
    "svinget",
    "løkken",
    "ager",
    "krogen",
    "dalen",
]
OFFER_ENDINGS = [
    "bæk",
    "lund",
    "høj",
    "gården",
    "huset",
    "bakken",
    "toften",
    "vang",
    "dal",
    "kær",
    "ager",
    "marken",
    "bo",
    "hegnet",
    "lykke",
    "eng",
    "stedet",
    "haven",
    "bro",
    "næs",
    "sund",
    "ås",
    "skrænten",
    "krogen",
    "hytten",
    "volden",
]
