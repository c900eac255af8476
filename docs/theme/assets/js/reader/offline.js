/* Keeps this language's pages on the device, if the reader asks for it; see sw.js. */
(() => {
  const { words, make, base, digits, kept, keep } = hamgashtReader;
  const NAME = `hamgasht ${base.pathname}`;
  const LIST = new URL("offline.json", base).href;
  const STOPPED = `offline-stopped ${base.pathname}`;
  const AT_ONCE = 6;

  // state: none, part (broken off), running, whole; problem: a line for the reader
  const now = { state: "none", done: 0, problem: "", list: null };
  let stop, redraw = () => {};
  const change = (values) => {
    Object.assign(now, values);
    redraw();
  };

  const supported = "serviceWorker" in navigator && "caches" in window;
  const past = { headers: { "X-Keep": "1" }, cache: "no-cache" }; // the worker
  const place = (digest) => new URL(`offline/${digest}`, base).href;
  const listOf = async (answer) => (answer?.ok ? answer.json() : null);
  const inUse = async () => listOf(await caches.match(LIST, { cacheName: NAME }));

  const latest = async () => {
    const list = await listOf(await fetch(LIST, past));
    if (!list) throw TypeError(LIST);
    return list;
  };

  const hex = (buffer) => Array.from(new Uint8Array(buffer),
    (byte) => byte.toString(16).padStart(2, "0")).join("");

  const take = async (cache, path, digest, signal) => {
    const answer = await fetch(new URL(path, base), { ...past, signal });
    if (!answer.ok) throw TypeError(path);
    const content = await answer.arrayBuffer();
    const found = hex(await crypto.subtle.digest("SHA-256", content));
    if (!found.startsWith(digest)) throw new DOMException(path, "VersionError");
    const type = answer.headers.get("Content-Type") ?? "application/octet-stream";
    await cache.put(place(digest), new Response(content, { headers: { "Content-Type": type } }));
  };

  const makeRoom = async (needed) => {
    const { quota = Infinity, usage = 0 } = (await navigator.storage?.estimate?.()) ?? {};
    if (needed > quota - usage) throw new DOMException("", "QuotaExceededError");
    await navigator.storage?.persist?.();
  };

  /* Fetches what is not here yet; only then puts the new list in use and drops the rest. */
  const fill = async () => {
    const list = await latest();
    const cache = await caches.open(NAME);
    const here = new Set((await cache.keys()).map(({ url }) => url));
    const missing = Object.entries(list.files).filter(([, [digest]]) => !here.has(place(digest)));
    const needed = missing.reduce((sum, [, [, size]]) => sum + size, 0);
    change({ list, done: list.bytes - needed });
    await makeRoom(needed);
    stop = new AbortController();
    const work = async () => {
      try {
        for (let next; (next = missing.shift());) {
          const [path, [digest, size]] = next;
          await take(cache, path, digest, stop.signal);
          change({ done: now.done + size });
        }
      } finally {
        missing.length = 0; // after an error, what is on its way still arrives
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
    const failed = ends.find(({ reason }) => reason);
    if (failed) throw failed.reason;
    await cache.put(LIST, new Response(JSON.stringify(list)));
    const wanted = new Set([LIST, ...Object.values(list.files).map(([digest]) => place(digest))]);
    for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
    await navigator.serviceWorker.register(new URL("sw.js", base));
    navigator.serviceWorker.controller?.postMessage("changed");
  };

  const PROBLEMS = {
    AbortError: "", // the reader's own wish
    QuotaExceededError: words.offline_full,
    SecurityError: words.offline_closed,
    InvalidStateError: words.offline_closed,
    VersionError: words.offline_changed,
  };

  const start = async () => {
    keep(STOPPED, null);
    change({ state: "running", problem: "" });
    try {
      await fill();
      change({ state: "whole" });
    } catch (error) {
      const problem = PROBLEMS[error.name] ?? words.offline_broken;
      const whole = await inUse().catch(() => null);
      change({ state: whole ? "whole" : "part", problem });
    }
  };

  const halt = () => {
    keep(STOPPED, true);
    stop?.abort();
  };

  const remove = async () => {
    keep(STOPPED, null);
    await caches.delete(NAME);
    const found = await navigator.serviceWorker.getRegistration(base);
    if (found?.scope === base.href) await found.unregister();
    change({ state: "none", problem: "" });
  };

  // ---- In the dialog of tools --------------------------------------------------------

  const megabytes = (bytes) =>
    words.megabytes.replace("#", digits((bytes / 1e6).toFixed(1)).replace(".",
      document.documentElement.lang === "fa" ? "٫" : "."));
  const tell = () => {
    const size = now.list ? megabytes(now.list.bytes) : "…";
    const part = megabytes(now.done);
    return {
      none: words.offline_offer.replace("#", size),
      part: words.offline_part.replace("#", size),
      running: words.offline_running.replace("@", part).replace("#", size),
      whole: words.offline_whole.replace("#", size),
    }[now.state];
  };

  hamgashtReader.toolParts.push(({ part, button }) => {
    if (!supported) return part(words.offline, make("p", { textContent: words.offline_closed }));
    const line = make("p", {});
    const bar = make("progress", { max: 1 });
    bar.setAttribute("aria-label", words.offline);
    const problem = make("p", { className: "hg-problem" });
    problem.setAttribute("role", "status");
    const keepIt = button(words.offline_keep, start);
    const goOn = button(words.offline_go_on, start);
    const halted = button(words.offline_stop, halt);
    const removed = button(words.offline_remove, remove);
    redraw = () => {
      line.textContent = tell();
      problem.textContent = now.problem;
      bar.value = now.list ? now.done / now.list.bytes : 0;
      const { state } = now;
      line.dataset.state = state;
      bar.hidden = halted.hidden = state !== "running";
      keepIt.hidden = state !== "none";
      goOn.hidden = state !== "part";
      removed.hidden = state === "none" || state === "running";
    };
    redraw();
    if (!now.list)
      latest().catch(inUse).then((list) => change({ list }))
        .catch(() => change({ problem: words.offline_broken }));
    return part(words.offline, line, bar, problem, keepIt, goOn, halted, removed);
  });

  // What was begun goes on, and what is whole follows the site, once a visit.
  const follow = async () => {
    if (!supported || !(await caches.has(NAME))) return;
    const list = await inUse();
    change({ state: list ? "whole" : "part", list });
    if (!list) return kept(STOPPED) || start();
    if (!navigator.onLine) return;
    const newer = await latest().catch(() => list);
    if (newer.version !== list.version) await start();
  };
  follow().catch(() => {}); // a browser that keeps nothing has nothing to follow
})();
