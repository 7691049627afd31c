/** Splits the text of a builder's condition into tokens. */

export interface Token {
  readonly kind: "word" | "number" | "string" | "parameter" | "symbol";
  /** Without quotes or the colon; a word that was not quoted keeps its case. */
  readonly text: string;
  readonly quoted: boolean;
}

const symbols = ["<>", "!=", "<=", ">=", "::", "=", "<", ">", "(", ")", ",", ".", "+", "-", "*", "/"] as const;

/** The tokens of `text`; what is none becomes a symbol of one character, which no rule knows. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charAt(at))) {
      at += 1;
      continue;
    }
    const [token, length] = next(text, at);
    tokens.push(token);
    at += length;
  }
  return tokens;
}

function next(text: string, at: number): readonly [Token, number] {
  const first = text.charAt(at);
  if (first === '"' || first === "`" || first === "'") return quoted(text, at, first);
  if (isDigit(first)) return run(text, at, at, "number", (c) => isDigit(c) || c === ".");
  if (isWordStart(first)) return run(text, at, at, "word", isWord);
  const symbol = symbols.find((s) => text.startsWith(s, at)) ?? first;
  if (first === ":" && symbol !== "::") return parameter(text, at);
  return [{ kind: "symbol", text: symbol, quoted: false }, symbol.length];
}

/** `:name` or `:...name`. */
function parameter(text: string, at: number): readonly [Token, number] {
  const start = text.startsWith("...", at + 1) ? at + 4 : at + 1;
  return run(text, at, start, "parameter", (c) => isWord(c) || c === ".");
}

function run(
  text: string,
  at: number,
  start: number,
  kind: Token["kind"],
  belongs: (character: string) => boolean,
): readonly [Token, number] {
  let end = start;
  while (end < text.length && belongs(text.charAt(end))) end += 1;
  return [{ kind, text: text.slice(start, end), quoted: false }, Math.max(end - at, 1)];
}

function quoted(text: string, at: number, quote: string): readonly [Token, number] {
  const end = text.indexOf(quote, at + 1);
  if (end === -1) return [{ kind: "symbol", text: quote, quoted: true }, text.length - at];
  const kind = quote === "'" ? "string" : "word";
  return [{ kind, text: text.slice(at + 1, end), quoted: true }, end + 1 - at];
}

function isSpace(character: string): boolean {
  return character.trim() === "";
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isWordStart(character: string): boolean {
  return character === "_" || character.toLowerCase() !== character.toUpperCase();
}

function isWord(character: string): boolean {
  return isWordStart(character) || isDigit(character);
}
