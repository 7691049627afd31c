/** What unresolved calls and names give: judged by name, since their packages are often not installed. */

const fresh = new RegExp(
  "^(?:v[1-7]|uuid\\w*|nanoid|ulid|cuid2?|ksuid|createId|newId|nextId|genId|random\\w*|hostname|" +
    "(?:generate|create|make|new|gen)\\w*(?:Id|Uuid|Token|Key|Code|Codes|Secret|Password|Nonce|Otp|Salt))$",
  "i",
);

/** Each call gives another value: a worker's claim token, a secret. */
export function isFresh(name: string): boolean {
  return fresh.test(last(name));
}

const agreed = /^(?:now|today|tomorrow|utc|utcNow|dayjs|moment|current(?:Date|Time|Timestamp|Month|Year)\w*|(?:date|time)\w*)$/i;

/** Gives all callers the same although it is told nothing: the time. */
export function isAgreed(name: string): boolean {
  return agreed.test(last(name));
}

const worker =
  /^(?:pid|hostname|.*(?:worker|instance|process|host|node|machine|pod|consumer|runner|replica|server|thread).?(?:id|name|uuid|tag|token))$/i;

/** A property or variable that differs from worker to worker, unlike what else a module or a service holds. */
export function namesWorker(name: string): boolean {
  return worker.test(name);
}

const spelling = /^(?:trim|trimStart|trimEnd|to(?:Locale)?(?:Lower|Upper)Case|toString|String|normali[sz]e(?:[A-Z]\w*)?|valueOf)$/;

/** Writes the same thing another way: who looks for an address in small letters looks for that address. */
export function isSpelling(name: string): boolean {
  return spelling.test(last(name));
}

function last(name: string): string {
  return name.split(".").at(-1) ?? name;
}
