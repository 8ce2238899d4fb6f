// What the pages' data files set, for the scripts in static/.

/** When the data were read, as `edition_script` in generator/pages/rendering.py writes it. */
interface Edition {
  datetime: string;
  day: string;
  words: string;
  receipt: number;
  staleAfter: number; // days; 0 for never
}

interface Window {
  tilbudsspejlEdition?: Edition;
}
