/** A map that several states hold until one of them changes it: most blocks change nothing of what they take over. */
export class SharedMap<K, V> implements Iterable<readonly [K, V]> {
  #entries: Map<K, V>;
  #shared = false;

  /** `entries` are the map's own from here on. */
  constructor(entries = new Map<K, V>()) {
    this.#entries = entries;
  }

  copy(): SharedMap<K, V> {
    const copy = new SharedMap(this.#entries);
    this.#shared = copy.#shared = true;
    return copy;
  }

  /** Takes over everything from `other`. */
  become(other: SharedMap<K, V>): void {
    this.#entries = other.#entries;
    this.#shared = other.#shared = true;
  }

  /** They hold one map, so nothing in them differs. */
  isSharedWith(other: SharedMap<K, V>): boolean {
    return this.#entries === other.#entries;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  set(key: K, value: V): void {
    if (this.#shared) this.#entries = new Map(this.#entries);
    this.#shared = false;
    this.#entries.set(key, value);
  }

  keys(): Iterable<K> {
    return this.#entries.keys();
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#entries[Symbol.iterator]();
  }
}
