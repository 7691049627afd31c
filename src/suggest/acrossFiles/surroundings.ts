import type { Place } from "../../analysis/issue.js";
import type { SyntaxFile } from "../syntaxFile.js";

/** What a fix asks of the project. */
export interface Surroundings {
  /** `undefined`: no file of the project, or one that cannot be read. */
  file(path: string): SyntaxFile | undefined;
  readonly types: TypeAnswers;
}

export interface TypeAnswers {
  /** Whether the name is, in this file, that of an object type with these properties. */
  isTypeInScope(file: string, name: string, properties: readonly string[]): boolean;
  /**
   * The type of a property of the expression with this range, as it may be written in any file: literals and primitives. `undefined`: there
   * is no such property; `text` `undefined`: its type needs names.
   */
  property(file: string, range: readonly [number, number], name: string): { readonly text: string | undefined } | undefined;
  /** The name of the expression's type, without `null` and `undefined`. */
  typeName(file: string, range: readonly [number, number]): string | undefined;
  /** The type of the expression is `string`, `number` or made of such literals. */
  isScalar(file: string, range: readonly [number, number]): boolean;
  /** Declarations without a body through which the call whose callee's name is at the offset is seen: an interface's method, an abstract one, an overload. */
  signatures(file: string, offset: number): readonly Place[];
}
