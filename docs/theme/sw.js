/*
 * Answers from what the reader keeps on this device, and from the network for all else.
 *
 * What is kept lies in the cache under the digest of its bytes; the list that says which
 * path has which digest is put there last, so that a version is whole or not in use. The
 * pages keep, renew and remove it (assets/js/reader/offline.js); without them asking,
 * this worker is never installed.
 */
"use strict";

const scope = new URL(registration.scope);
const cacheName = `hamgasht ${scope.pathname}`;
const kept = (path) => caches.match(new URL(path, scope), { cacheName });

let files;
const digestOf = async (path) => {
  files ??= (await (await kept("offline.json"))?.json())?.files ?? {};
  return files[path]?.[0];
};

const ABSENT = `<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>همگشت</title>
<body style="font-family:system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem">
<p>این نشانی روی این دستگاه نگه داشته نشده است و بدون اینترنت باز نمی‌شود.
<p><a href="${scope.pathname}index.html">صفحهٔ نخست</a>
<div lang="en" dir="ltr"><p>This address is not kept on this device and needs the network.
<p><a href="${scope.pathname}index.html">Home</a></div>`;

const answer = async (request, path) => {
  const digest = await digestOf(path);
  const found = digest && (await kept(`offline/${digest}`));
  if (found) return found;
  try {
    return await fetch(request);
  } catch (error) {
    if (request.mode !== "navigate") throw error;
    const headers = { "Content-Type": "text/html; charset=utf-8" };
    return new Response(ABSENT, { status: 503, headers });
  }
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", () => { files = undefined; });
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  const ours = origin === scope.origin && pathname.startsWith(scope.pathname);
  // The pages ask for a newer version past this worker.
  if (!ours || request.method !== "GET" || request.headers.has("X-Keep")) return;
  const path = decodeURIComponent(pathname.slice(scope.pathname.length));
  event.respondWith(answer(request, path.replace(/(^|\/)$/, "$1index.html")));
});
