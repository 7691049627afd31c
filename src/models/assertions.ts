/** Functions that return only if what they are given holds (https://nodejs.org/api/assert.html, https://github.com/alexreardon/tiny-invariant). */
const assertions = /^(?:(?:node)?[aA]ssert(?:\.ok|\.strict)?|invariant)$/;

/** Whether the call, as written, goes on only if its first argument is truthy. */
export function isAssertion(text: string): boolean {
  return assertions.test(text);
}
