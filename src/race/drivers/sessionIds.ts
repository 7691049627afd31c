let last = 0;

/** A number for a connection, unlike that of any other in this process or thread, whatever its driver. */
export function nextSessionId(): number {
  return ++last;
}
