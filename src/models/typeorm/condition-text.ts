/**
 * Reads the simplest conditions of a builder's text: comparisons of a column with a parameter or literal, null tests and `IN`, joined by
 * `AND`. Anything else names the columns it mentions and leaves the rest unknown.
 */
import type { Value, ValueFactory } from "../../ir/value.js";
import { every, filterOf, predicate, unknownOf } from "../filter.js";
import type { Filter, Predicate } from "../model.js";
import { tokenize, type Token } from "./tokens.js";

export interface Names {
  /** The property that a column reference (`j.status`, `status`) means. */
  readonly column: (path: readonly string[]) => string;
  /** The value bound to `:name`. */
  readonly parameter: (name: string) => Value;
  readonly values: ValueFactory;
}

const comparisons: Readonly<Record<string, Predicate["operator"]>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

export function readConditionText(text: string, names: Names): Filter {
  const reader = new Reader(tokenize(text), names);
  return reader.conjunction() ?? mentioned(tokenize(text), names);
}

/** Every column that the text may constrain: words that no other word or call follows. */
function mentioned(tokens: readonly Token[], names: Names): Filter {
  const columns: string[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const path = pathAt(tokens, at);
    if (path.length === 0) continue;
    at += 2 * path.length - 2;
    if (path.length > 1) columns.push(names.column(path));
  }
  return unknownOf(columns);
}

/** `a.b.c` from the token at `at` on. */
function pathAt(tokens: readonly Token[], at: number): readonly string[] {
  const first = tokens[at];
  if (first?.kind !== "word") return [];
  const rest = tokens[at + 1]?.text === "." ? pathAt(tokens, at + 2) : [];
  return [first.text, ...rest];
}

class Reader {
  #at = 0;
  constructor(
    private readonly tokens: readonly Token[],
    private readonly names: Names,
  ) {}

  conjunction(): Filter | undefined {
    const conditions: Filter[] = [];
    do {
      const condition = this.condition();
      if (condition === undefined) return undefined;
      conditions.push(condition);
    } while (this.keyword("AND"));
    return this.#at === this.tokens.length ? every(conditions) : undefined;
  }

  private condition(): Filter | undefined {
    const path = pathAt(this.tokens, this.#at);
    if (path.length === 0) return undefined;
    this.#at += 2 * path.length - 1;
    const column = this.names.column(path);
    if (this.keyword("IS")) return this.nullTest(column);
    if (this.keyword("IN")) return this.membership(column, "in");
    if (this.keyword("NOT")) return this.keyword("IN") ? this.membership(column, "not in") : undefined;
    if (this.keyword("LIKE") || this.keyword("ILIKE")) return this.operand() && filterOf(predicate(column, "unknown"));
    return this.keyword("BETWEEN") ? this.range(column) : this.comparison(column);
  }

  private nullTest(column: string): Filter | undefined {
    const operator = this.keyword("NOT") ? "is not null" : "is null";
    return this.keyword("NULL") ? filterOf(predicate(column, operator)) : undefined;
  }

  private range(column: string): Filter | undefined {
    const low = this.operand();
    const high = this.keyword("AND") ? this.operand() : undefined;
    return low && high && filterOf(predicate(column, ">=", low), predicate(column, "<=", high));
  }

  private comparison(column: string): Filter | undefined {
    const operator = comparisons[this.peek()?.text ?? ""];
    if (operator === undefined) return undefined;
    this.#at += 1;
    if (operator === "=" && this.keyword("ANY")) return this.membership(column, "in");
    const value = this.operand();
    return value && filterOf(predicate(column, operator, value));
  }

  /** `(:...names)` or `('a', 'b')`. */
  private membership(column: string, operator: "in" | "not in"): Filter | undefined {
    if (!this.symbol("(")) {
      const bare = this.peek()?.kind === "parameter" ? this.operand() : undefined;
      return bare && filterOf(predicate(column, operator, bare));
    }
    const single = this.peek()?.kind === "parameter";
    const elements: Value[] = [];
    do {
      const element = this.operand();
      if (element === undefined) return undefined;
      elements.push(element);
    } while (this.symbol(","));
    if (!this.symbol(")")) return undefined;
    const [first] = elements;
    const list = single && elements.length === 1 && first !== undefined ? first : this.names.values.list(elements);
    return filterOf(predicate(column, operator, list));
  }

  private operand(): Value | undefined {
    const token = this.peek();
    if (token === undefined) return undefined;
    this.#at += 1;
    const { values } = this.names;
    if (token.kind === "parameter") return this.names.parameter(token.text);
    if (token.kind === "string") return values.constant(token.text);
    if (token.kind === "number") return values.constant(Number(token.text));
    return token.kind === "word" && !token.quoted ? this.word(token.text.toUpperCase()) : undefined;
  }

  private word(word: string): Value | undefined {
    const { values } = this.names;
    if (word === "TRUE") return values.true;
    if (word === "FALSE") return values.false;
    if (word === "CURRENT_TIMESTAMP") return values.clock;
    return word === "NOW" && this.symbol("(") && this.symbol(")") ? values.clock : undefined;
  }

  private peek(): Token | undefined {
    return this.tokens[this.#at];
  }

  private keyword(word: string): boolean {
    const token = this.peek();
    return this.accept(token?.kind === "word" && !token.quoted && token.text.toUpperCase() === word);
  }

  private symbol(text: string): boolean {
    const token = this.peek();
    return this.accept(token?.kind === "symbol" && token.text === text);
  }

  private accept(found: boolean): boolean {
    if (found) this.#at += 1;
    return found;
  }
}
