// Keeps the files of this build and one page for when there is no internet. Never a page with anything of anybody.
// Before this stand FILES and VERSION, which name the build, and kept.js.

const OURS = "noaber-";
const CACHE = OURS + VERSION;
const OFFLINE = /^\/([^/]+\/)?offline\/[a-z]{2}$/;
const LOOK = /\/[^/"]+\/look-[0-9a-f]{12}\.css/;
const KEEPS = /^\/[^/]+\/(ask|offer)(\/|$)/; // whose half-written forms are worth keeping
const LOOSELY = { ignoreSearch: true, ignoreVary: true };
const DAY = 24 * 3600 * 1000;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  const path = event.data && event.data.offline;
  if (typeof path === "string" && OFFLINE.test(path)) {
    event.waitUntil(keepPage(path).catch(() => {})); // no internet, or no room: another time
  }
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    event.respondWith(navigate(request, url));
  } else if (request.method === "GET" && (FILES.includes(url.pathname) || LOOK.test(url.pathname))) {
    event.respondWith(caches.match(url.pathname, LOOSELY).then((found) => found || fetch(request)));
  }
});

async function install() {
  const before = await offlinePath();
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  if (before) {
    await keepPage(before).catch(() => {});
  }
  await self.skipWaiting(); // pages that are open only lose their old files' copies here; the server still has them
}

async function activate() {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
  await Kept.all().catch(() => {}); // removes what is too old
}

async function offlinePath() {
  for (const name of (await caches.keys()).filter((one) => one.startsWith(OURS)).reverse()) {
    for (const request of await (await caches.open(name)).keys()) {
      const { pathname } = new URL(request.url);
      if (OFFLINE.test(pathname)) {
        return pathname;
      }
    }
  }
  return null;
}

// One page is kept: of the community and in the language that somebody looked at last.
async function keepPage(path) {
  const cache = await caches.open(CACHE);
  const there = await cache.match(path);
  if (there && Date.now() - Date.parse(there.headers.get("Date")) < DAY) {
    return;
  }
  const answer = await fetch(path, { credentials: "omit", cache: "no-cache" });
  if (!answer.ok) {
    return;
  }
  const look = LOOK.exec(await answer.clone().text());
  const stale = (await cache.keys()).filter((request) => !FILES.includes(new URL(request.url).pathname));
  await Promise.all(stale.map((request) => cache.delete(request, LOOSELY)));
  await cache.put(path, answer);
  if (look) {
    await cache.add(look[0]);
  }
}

async function navigate(request, url) {
  const copy = request.method === "POST" && KEEPS.test(url.pathname) ? request.clone() : null;
  let answer;
  try {
    answer = await fetch(request);
  } catch {
    return withoutInternet(request, url, copy);
  }
  // It arrived: the server keeps it from here, or shows it again with what is wrong.
  const id = Kept.named(url.search);
  if (copy && id && (answer.type === "opaqueredirect" || answer.ok || answer.status === 422)) {
    await Kept.remove(id).catch(() => {});
  }
  return answer;
}

async function withoutInternet(request, url, copy) {
  const path = await offlinePath();
  if (!path) {
    return Response.error();
  }
  if (request.method === "GET") {
    return caches.match(path, LOOSELY);
  }
  // A page of its own, so that looking again sends nothing again.
  return Response.redirect(`${path}?${copy ? await keepForm(url, copy) : "unsent=1"}`, 303);
}

async function keepForm(url, request) {
  try {
    const form = [...(await request.formData())];
    // The token belongs to a page that is gone; the page fetched anew brings its own.
    const fields = form.filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    if (!fields.some(([, value]) => value.trim())) {
      return "unsent=1";
    }
    const id = Kept.named(url.search);
    url.searchParams.delete("kept");
    const page = url.pathname.replace(/\/offer\/send$/, "/offer") + url.search;
    return `kept=${await Kept.put(id ? { id, page, fields } : { page, fields })}`;
  } catch {
    return "lost=1"; // no room, or the browser forbids it
  }
}
