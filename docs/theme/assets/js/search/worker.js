/* The search beside the page, so that typing never waits; from a disk it runs in it. */
importScripts("minisearch.js", "words.js", "engine.js", "../../../search/search_data.js");
const { search, suggest } = searchEngine.build(searchData);
addEventListener("message", ({ data: { number, query } }) =>
  postMessage({ number, items: search(query), suggest: suggest(query)[0] }));
