// What somebody wrote and could not send: on this device only, and one day at most. For pages and the service worker.
"use strict";

const Kept = (() => {
  const DAY = 24 * 3600 * 1000;

  const open = () =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open("noaber", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("kept", { keyPath: "id", autoIncrement: true });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });

  const work = async (mode, act) => {
    const base = await open();
    try {
      return await new Promise((resolve, reject) => {
        const change = base.transaction("kept", mode);
        const asked = act(change.objectStore("kept"));
        change.oncomplete = () => resolve(asked.result);
        change.onabort = () => reject(change.error);
      });
    } finally {
      base.close();
    }
  };

  const remove = (id) => work("readwrite", (store) => store.delete(id));

  // All that is kept, the newest first. What is older than a day, or from a clock that was wrong, is removed.
  const all = async () => {
    const rows = await work("readonly", (store) => store.getAll());
    const fresh = (row) => Math.abs(Date.now() - row.at) < DAY;
    await Promise.all(rows.filter((row) => !fresh(row)).map((row) => remove(row.id)));
    return rows.filter(fresh).sort((one, other) => other.at - one.at);
  };

  return {
    all,
    remove,
    // `row`: page, the address where its form stands; fields, pairs of name and value; id, to replace an earlier one.
    put: (row) => work("readwrite", (store) => store.put({ ...row, at: Date.now() })),
    get: async (id) => (await all()).find((row) => row.id === id),
    // The number of what an address speaks of; 0: of nothing.
    named: (search) => Number(new URLSearchParams(search).get("kept")) || 0,
    address: (row) => `${row.page}${row.page.includes("?") ? "&" : "?"}kept=${row.id}`,
  };
})();
