// The device's own memory of events: IndexedDB. `write` is the only way in, and returns when it is on the disk.
// A row: {key, session, id, event, entry, status, told}. Nothing is ever deleted here: a session's rows are small, and
// the server may one day be restored from an older copy.

const NAME = "filiform-ledger";
let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("events", { keyPath: "key" }).createIndex("session", "session");
    };
    asked.onsuccess = () => {
      const db = asked.result;
      db.onclose = () => (opened = null);
      db.onversionchange = () => {
        db.close(); // a newer page in another tab must not wait for this one
        opened = null;
      };
      resolve(db);
    };
    asked.onerror = () => {
      opened = null;
      reject(asked.error);
    };
  });
  return opened;
}

// Resolves when `rows` are on the disk, in one transaction; rejects when none of them is (no room, private window).
export async function write(rows) {
  const db = await database();
  await new Promise((resolve, reject) => {
    // Strict: without it a browser says "complete" before the disk has it, and a power cut loses what was shown.
    const transaction = db.transaction("events", "readwrite", { durability: "strict" });
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
    for (const row of rows) transaction.objectStore("events").put(row);
    transaction.commit(); // without waiting to be told of each row
  });
}

export async function all(session) {
  const db = await database();
  return new Promise((resolve, reject) => {
    const asked = db.transaction("events").objectStore("events").index("session").getAll(session);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
