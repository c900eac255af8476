/*
 * The search worker, in the place of Material's own: it speaks the same messages, so
 * that Material's search box, results and highlights stay as they are.
 *
 * What a search needs is loaded with the first query, not with the page. From file://
 * this runs in a hidden frame instead of a worker (iframe-worker.js), where
 * importScripts gives a promise and addresses are relative to the page.
 */
(() => {
  "use strict";
  const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3];
  const here = new URL(".", self.document?.currentScript?.src ?? location.href);
  const own = ["minisearch.js", "words.js", "engine.js"].map((name) => `${new URL(name, here)}`);
  const data = `${new URL("../../../search/search_data.js", here)}`;
  let engine;

  const load = async () => {
    await importScripts(...own, data);
    return searchEngine.build(searchData);
  };

  const answer = async ({ type, data: query }) => {
    if (type === SETUP) return { type: READY };
    if (type !== QUERY) throw new TypeError("Invalid message type");
    if (!query.trim()) return { type: RESULT, data: { items: [], suggest: [] } };
    const { search, suggest } = await (engine ??= load());
    return { type: RESULT, data: { items: search(query), suggest: suggest(query) } };
  };

  // One after the other: what was typed last is answered last.
  let turn = Promise.resolve();
  addEventListener("message", ({ data: message }) => {
    turn = turn.then(() => answer(message)).then((reply) => postMessage(reply));
  });
})();
