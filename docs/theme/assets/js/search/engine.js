/*
 * The search itself: an index of the pages' sections, and answers to what is typed.
 *
 * MiniSearch keeps the index and weighs the matches. Around it: names that mean one
 * thing (the glossary's, in both languages) count as one term, every word of a query
 * may be met by any of its spellings, and answers show where they were met. Runs in
 * the search worker; needs no browser.
 */
globalThis.searchEngine = (() => {
  "use strict";
  const { tidy, words, key, isStop } = searchWords;
  const LONGEST_NAME = 6;
  const PAGES = 10;
  const SECTIONS = 6;
  const BLOCKS = 2;
  const BLOCK_LENGTH = 320;
  const FIELDS = ["title", "page", "text"];
  const MARKUP = /<[^>]*>|&\w+;/g;

  /** Return the text of HTML, every tag and entity as spaces: places stay the same. */
  const plain = (html) => html.replace(MARKUP, (part) => " ".repeat(part.length));

  /** Return names that mean one thing: the terms by their keys, and how keys start. */
  const readNames = (groups) => {
    const terms = new Map();
    const starts = new Set();
    groups.forEach((group, number) => {
      for (const name of group) {
        const found = key(name);
        const known = terms.get(found) ?? [];
        if (found && !known.includes(`§${number}`)) terms.set(found, [...known, `§${number}`]);
        starts.add(found).add(words(tidy(name))[0]?.[2].parts[0]);
      }
    });
    return { terms, starts };
  };

  /** Yield the names in a list of words: [first word, last word, terms]. */
  function* namesIn(list, names) {
    for (let first = 0; first < list.length; first++) {
      const [, , { parts, whole }] = list[first];
      if (!names.starts.has(parts[0]) && !names.starts.has(whole.at(-1))) continue;
      let joined = "";
      for (let last = first; last < Math.min(list.length, first + LONGEST_NAME); last++) {
        joined += list[last][2].parts.join("");
        const terms = names.terms.get(joined);
        if (terms) yield [first, last, terms];
      }
    }
  }

  const termsOf = ({ whole, parts, pieces }) =>
    parts.length > 1 ? [...new Set([...whole, ...parts, ...pieces])] : whole;

  /** Return all terms of a text. */
  const tokenise = (html, names) => {
    const list = words(plain(html));
    const terms = list.flatMap(([, , found]) => termsOf(found));
    for (const [, , found] of namesIn(list, names)) terms.push(...found);
    return terms;
  };

  /** Return one query for each word: it is met by any of its spellings or names. */
  const unitsOf = (query, names) => {
    const list = words(query);
    const named = list.map(() => new Set());
    for (const [first, last, terms] of namesIn(list, names))
      for (let word = first; word <= last; word++)
        for (const term of terms) named[word].add(term);
    const units = list.map(([start, end, found], number) => {
      const exact = [...new Set([...found.whole, ...named[number]])];
      const queries = [{ queries: exact, tokenize: (term) => [term], prefix: false }];
      if (found.parts.length > 1)
        queries.push({ queries: found.parts, combineWith: "AND", prefix: false });
      const [written] = found.whole;
      if (written.length > 1) queries.push({ queries: [written], prefix: true });
      const open = number === list.length - 1 && !named[number].size;
      const begun = open ? begins(list, names) : [];
      if (begun.length) queries.push({ queries: begun, prefix: false });
      return { text: query.slice(start, end), written, query: { queries, combineWith: "OR" } };
    });
    const telling = units.filter((unit) => !isStop(unit.text));
    return telling.length ? telling : units;
  };

  /** Return the terms of the shortest name that a query's end may be the beginning of. */
  const begins = (list, names) => {
    let best = ["", []];
    for (let first = list.length - 1; first >= Math.max(0, list.length - LONGEST_NAME); first--) {
      const rest = list.slice(first);
      const begin = rest.slice(0, -1).map(([, , { parts }]) => parts.join("")).join("")
        + rest.at(-1)[2].whole[0];
      if (begin.length < 4) continue;
      for (const [name, terms] of names.terms)
        if (name.startsWith(begin) && (!best[0] || name.length < best[0].length)) best = [name, terms];
    }
    return best[1];
  };

  /** Return a text with the words that were met in marks, and these words. */
  const mark = (html, met, names) => {
    const list = words(plain(html));
    const hit = list.map(([, , found]) => termsOf(found).some((term) => met.has(term)));
    for (const [first, last, terms] of namesIn(list, names))
      if (terms.some((term) => met.has(term))) hit.fill(true, first, last + 1);
    let marked = "";
    let done = 0;
    const shown = new Set();
    list.forEach(([start, end], number) => {
      if (!hit[number]) return;
      marked += `${html.slice(done, start)}<mark>${html.slice(start, end)}</mark>`;
      shown.add(html.slice(start, end));
      done = end;
    });
    return { html: marked + html.slice(done), words: shown };
  };

  /** Return the blocks of a text: paragraphs, items, pieces of code. */
  const blocksOf = (html) => {
    const blocks = [];
    let depth = 0;
    let start = 0;
    for (const { 0: tag, index } of html.matchAll(/<(\/?)[a-z][^>]*>/g)) {
      if (tag[1] !== "/" && depth++ === 0 && html.slice(start, index).trim()) {
        blocks.push(html.slice(start, index));
        start = index;
      }
      if (tag[1] === "/" && --depth === 0) {
        blocks.push(html.slice(start, index + tag.length));
        start = index + tag.length;
      }
    }
    if (html.slice(start).trim()) blocks.push(html.slice(start));
    return blocks;
  };

  /** Return a long block cut to its sentences or lines around the first mark. */
  const around = (block) => {
    if (block.length <= BLOCK_LENGTH) return block;
    const text = block.replace(/<(?!\/?mark)[^>]*>/g, "");
    const at = Math.max(0, text.indexOf("<mark>"));
    const before = text.slice(0, at);
    const code = block.startsWith("<pre");
    const line = before.lastIndexOf("\n") + 1;
    const sentence = before.search(/[.؟?!:] [^.؟?!:]*$/) + 1;
    const word = at > 120 ? at - 120 + before.slice(at - 120).search(/\s|$/) : 0;
    const start = code ? line : Math.max(line, sentence, word);
    let rest = text.slice(start > 0 ? start : 0);
    if (rest.length > BLOCK_LENGTH) {
      rest = rest.slice(0, BLOCK_LENGTH).replace(/(?:<[^>]*|&\w*|\s\S*)$/, "");
      if (rest.lastIndexOf("<mark>") > rest.lastIndexOf("</mark>")) rest += "</mark>";
      rest += " …";
    }
    return code ? `<pre><code>${rest}</code></pre>` : `<p>${start > 0 ? "… " : ""}${rest.trim()}</p>`;
  };

  /** Return the blocks that meet most of a query, the words met in marks. */
  const teaser = (html, met, names) => {
    const marked = blocksOf(html).map((block, place) => ({ ...mark(block, met, names), place }));
    const best = marked
      .filter((block) => block.words.size)
      .sort((a, b) => b.words.size - a.words.size || a.place - b.place)
      .slice(0, BLOCKS)
      .sort((a, b) => a.place - b.place);
    return {
      html: best.map((block) => around(block.html)).join(""),
      words: new Set(best.flatMap((block) => [...block.words])),
    };
  };

  const build = ({ language, docs, names: groups }) => {
    const names = readNames(groups);
    const places = docs.map((doc) => doc.location);
    const pages = new Map();
    const spellings = new Map();
    docs.forEach((doc, id) => {
      const page = doc.location.split("#")[0];
      if (!pages.has(page)) pages.set(page, id);
      for (const text of [plain(doc.title), plain(doc.text)])
        for (const [start, end] of words(text)) {
          const word = text.slice(start, end);
          spellings.set(word, (spellings.get(word) ?? 0) + 1);
        }
    });
    const index = new MiniSearch({
      idField: "id",
      fields: FIELDS,
      extractField: (doc, field) => doc[field],
      tokenize: (text) => tokenise(text, names),
      processTerm: (term) => term,
      searchOptions: {
        tokenize: (term) => [term],
        boost: { title: 4, page: 2 },
        weights: { prefix: 0.4, fuzzy: 0.2 },
      },
    });
    index.addAll(docs.map((doc, id) => {
      const page = pages.get(doc.location.split("#")[0]);
      return { id, title: doc.title, text: doc.text, page: page === id ? "" : docs[page].title };
    }));
    const pageOf = (id) => pages.get(places[id].split("#")[0]);

    /** Return each section that meets a part of a query: its score, terms, units. */
    const weigh = (units) => {
      const found = new Map();
      for (const unit of units) {
        let results = index.search(unit.query);
        if (!results.length && unit.written.length > 3)
          results = index.search({ queries: [unit.written], fuzzy: 0.25 });
        for (const { id, score, terms } of results) {
          const item = found.get(id) ?? { id, score: 0, met: new Set(), units: new Set() };
          item.score += score;
          item.units.add(unit);
          for (const term of terms) item.met.add(term);
          found.set(id, item);
        }
      }
      for (const item of found.values())
        item.score *= (item.units.size / units.length) ** 2 * (docs[item.id].boost ?? 1);
      return [...found.values()].sort((a, b) => b.score - a.score || a.id - b.id);
    };

    const answer = (item, units) => {
      const doc = docs[item.id];
      const title = mark(doc.title, item.met, names);
      const text = teaser(doc.text, item.met, names);
      const shown = [...new Set([...title.words, ...text.words])];
      const terms = Object.fromEntries([
        ...shown.sort((a, b) => b.length - a.length).slice(0, 12).map((word) => [word, true]),
        ...units.filter((unit) => !item.units.has(unit)).map((unit) => [unit.text, false]),
      ]);
      return { location: doc.location, title: title.html, text: text.html, score: item.score, terms };
    };

    /** Return the pages that answer a query, best first, each with its best sections. */
    const search = (typed) => {
      const query = tidy(typed);
      const units = unitsOf(query, names);
      const groups = new Map();
      for (const item of weigh(units)) {
        const page = pageOf(item.id);
        groups.set(page, [...groups.get(page) ?? [], item]);
      }
      return [...groups].slice(0, PAGES).map(([page, items]) => {
        const best = items.filter((item) => item.id !== page).slice(0, SECTIONS);
        const own = items.find((item) => item.id === page);
        const top = own ?? { id: page, score: 0, met: new Set(), units: new Set(units) };
        return [...best, top].sort((a, b) => b.score - a.score).map((item) => answer(item, units));
      });
    };

    /**
     * Return the commonest word of the pages that goes on from the last one typed.
     *
     * It is shown behind what is typed, so both must run in the direction of the box.
     */
    const suggest = (typed) => {
      const last = typed.split(/[\s-]+/).at(-1);
      const foreign = language === "fa" ? /\p{Script=Latin}/u : /\p{Script=Arabic}/u;
      if (last.length < 2 || foreign.test(typed)) return [];
      const begun = tidy(last).toLowerCase();
      let best = ["", 0];
      for (const [word, count] of spellings)
        if (word.length > last.length && count > best[1] && word.toLowerCase().startsWith(begun))
          best = [word, count];
      return best[0] ? [last + best[0].slice(last.length)] : [];
    };

    return { search, suggest };
  };

  return { build };
})();
