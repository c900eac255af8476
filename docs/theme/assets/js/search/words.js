/*
 * From text to the terms that the search compares: one spelling for all of a word's.
 *
 * Both the pages' text and what a reader types go through here, and nothing else
 * normalises either, so the two cannot differ. Runs in the search worker; needs no
 * browser.
 */
globalThis.searchWords = (() => {
  "use strict";
  const NON_JOINER = "\u200c";

  // Marks, the tatweel and what only turns the direction of text: never heard.
  const SILENT = /[\p{Mn}\u0640\u200b\u200d-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;
  const LETTERS = { ي: "ی", ى: "ی", ك: "ک", ە: "ه", ة: "ه", ہ: "ه", ھ: "ه", ء: "" };
  const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

  // A word as it stands in a text: letters and digits, with what may join them.
  const PIECE = "[\\p{L}\\p{N}_][\\p{L}\\p{N}\\p{M}_\\u0640\\u200c\\u200d]*";
  const WORD = new RegExp(`${PIECE}(?:(?<=\\p{N})[.,٫٬×](?=\\p{N})${PIECE}|[-\\u2010\\u2011]${PIECE})*`, "gu");

  const set = (words) => new Set(words.split(" "));
  const table = (lines) =>
    new Map(lines.split(";").flatMap((line) => {
      const [base, ...forms] = line.trim().split(" ");
      return forms.map((form) => [form, base]);
    }));

  // Endings and beginnings that Persian sets off with a non-joiner, or a space.
  const AFTER = set(
    "ها های هایی هایم هایت هایش هایمان هایتان هایشان ای ی یی تر ترین تری "
    + "ام ات اش ایم اید اند م ت ش مان تان شان است"
  );
  const BEFORE = set("می نمی");
  const LOOSE = /(?<=\p{L}) (?=(?:ها(?:ی(?:ی|م|ت|ش|مان|تان|شان)?)?|ای|تر|ترین)(?: |$))/gu;
  const LOOSE_BEFORE = /(?<=^| )(ن?می) (?=\p{L})/gu;

  // Plurals that no ending shows, and spellings that no rule meets.
  const PERSIAN = table(
    "تصویر تصاویر; نتیجه نتایج; مقدار مقادیر; بعد ابعاد; تابع توابع; ضریب ضرایب; "
    + "مسیله مسایل مساله; رابطه روابط; شکل اشکال; علامت علایم; جز اجزا; نقطه نقاط; "
    + "سطح سطوح; مرحله مراحل; عنصر عناصر; عدد اعداد; خط خطوط; طبقه طبقات; حالت حالات; "
    + "مفهوم مفاهیم; منبع منابع; فصل فصول; دلیل دلایل; مورد موارد; فرد افراد; "
    + "اصل اصول; اثر اثار; شرط شروط شرایط; قاعده قواعد; رقم ارقام; مزیت مزایا; "
    + "عیب معایب; تمرین تمارین; شی اشیا; صفحه صفحات; محاسبه محاسبات; جمله جملات; "
    + "درجه درجات; فاصله فواصل; وزن اوزان; تجربه تجارب; کلمه کلمات; جستجو جستوجو"
  );
  const ENGLISH = table(
    "matrix matrices; index indices indexes; axis axes; vertex vertices; bias biases; "
    + "center centre centers centres centred centered; gray grey; datum data; "
    + "kera keras; percent percentage"
  );

  // Words of a question that say nothing about its answer.
  const STOP = set(
    "a an and are as at be by can do does for from how i in is it its many much my of on or s t "
    + "that the this to vs was we what when where which why with you "
    + "و در از به با را که این ان یا تا هم بر برای چیست چه چرا چگونه چطور چی کدام کجا "
    + "است هست یعنی یک ایا من ما شود میشود کنم کنیم معنی معنای منظور فرق تفاوت"
  );

  /** Return a text in one spelling: letters, digits and marks of one kind each. */
  const fold = (text) => text
    .normalize("NFKD")
    .replace(SILENT, "")
    .toLowerCase()
    .replace(LETTER, (letter) => LETTERS[letter])
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => digit.charCodeAt(0) & 15)
    .replace(/(\d)[,٬](?=\d{3}(?!\d))/g, "$1")
    .replace(/(\d)[٫,](?=\d)/g, "$1.")
    .replace(/(\d) ?[×x] ?(?=\d)/g, "$1x");

  /** Return what a reader typed with its loose endings and beginnings joined on. */
  const tidy = (text) => text
    .normalize("NFC")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/(\p{N}) ?[×xX*] ?(?=\p{N})/gu, "$1×")
    .replace(/[يى]/g, "ی")
    .replace(LOOSE, NON_JOINER)
    .replace(LOOSE_BEFORE, `$1${NON_JOINER}`);

  const english = (word) => {
    if (ENGLISH.has(word)) return ENGLISH.get(word);
    let stem = word;
    if (/(?:ch|sh|x|ss|zz)es$/.test(stem)) stem = stem.slice(0, -2);
    else if (/[^aeiou]ies$/.test(stem)) stem = `${stem.slice(0, -3)}y`;
    else if (stem.length > 3 && /[^suia]s$/.test(stem)) stem = stem.slice(0, -1);
    stem = stem
      .replace(/i[sz](?:er?|ed|ing|ation)$/, "is")
      .replace(/y[sz](?:er?|ed|ing)$/, "ys")
      .replace(/^(.{3,})our$/, "$1or")
      .replace(/^(.{4,}ion)al$/, "$1");
    const bare = stem.replace(/^(.{3,}?)(?:ing|ed)$/, "$1");
    if (bare !== stem && bare.length > 3) stem = bare.replace(/([^aeiouls])\1$|(ll)$/, (end) => end[0]);
    else if (bare !== stem && /^[^aeiou]?[aeiou]([^aeiou])$/.test(bare)) stem = bare;
    return stem.replace(/^(.{4,})e$/, "$1");
  };

  const persian = (word) => {
    if (PERSIAN.has(word)) return PERSIAN.get(word);
    const stem = word
      .replace(/^ن?می(?=.{3})/, "")
      .replace(/^(.{3,})ها(?:ی(?:ی|م|ت|ش|مان|تان|شان)?)?$/, "$1")
      .replace(/^(.{2,}ه)ای$/, "$1")
      .replace(/^(.{4,})ات$/, "$1")
      .replace(/^(.{2,}[او])یی$/, "$1")
      .replace(/^(.{3,})ی$/, "$1");
    return PERSIAN.get(stem) ?? stem;
  };

  /** Return a folded word without its endings. */
  const stem = (word) =>
    /^[a-z]+$/.test(word) ? english(word) : /^[\u0621-\u06cc]+$/.test(word) ? persian(word) : word;

  /**
   * Return one word's terms.
   *
   * whole: the word as one, first as written, then without endings.
   * parts: what a non-joiner, a hyphen or a change of case sets apart, without endings.
   */
  const analyse = (word) => {
    let terms = known.get(word);
    if (!terms) known.set(word, (terms = takeApart(word)));
    return terms;
  };
  const known = new Map();

  const takeApart = (word) => {
    const apart = word.replace(/(\p{Ll}{2})(?=\p{Lu}\p{Ll})/gu, "$1_");
    const pieces = fold(apart).split(/[\u200c_\-\u2010\u2011]+/).filter(Boolean);
    let base = pieces;
    if (word.includes(NON_JOINER)) {
      while (base.length > 1 && AFTER.has(base.at(-1))) base = base.slice(0, -1);
      if (base.length > 1 && BEFORE.has(base[0])) base = base.slice(1);
    }
    const parts = base.map(stem);
    const whole = [...new Set([pieces.join(""), stem(base.join(""))])];
    return { whole, parts, pieces: base };
  };

  /** Return the words of a text with their places: [start, end, terms]. */
  const words = (text) => {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      const terms = analyse(match[0]);
      if (terms.whole[0]) found.push([match.index, match.index + match[0].length, terms]);
    }
    return found;
  };

  /** Return a name as one string, whatever is written between its words. */
  const key = (text) => words(tidy(text)).flatMap(([, , terms]) => terms.parts).join("");

  const isStop = (word) => STOP.has(fold(word).replaceAll(NON_JOINER, ""));

  return { fold, tidy, stem, analyse, words, key, isStop };
})();
