import ts from "typescript";

import { checkedShape } from "./checkedShape.js";
import type { ProgramContext } from "./context.js";
import { declarationShape } from "./declarationShape.js";
import { expressionShape } from "./expressionShape.js";
import { memberOf, memberShape } from "./members.js";
import type { Names } from "./names.js";
import type { Member, Shape } from "./shape.js";
import { typeShape } from "./typeShape.js";

/** Longest chain of declarations that is followed. */
const maxDepth = 24;
/** Most syntax nodes that one question looks at: return expressions and alternatives branch. */
const maxSteps = 400;
/** Longest chain of aliases and constraints between an object and the type that has its member. */
const maxMemberDepth = 24;

/** The walk over declarations, as its steps (one file each) see it. */
export interface Walk {
  readonly context: ProgramContext;
  readonly names: Names;
  /** The value of an expression. */
  expression(node: ts.Node): Shape | undefined;
  /** An object of the type that a type annotation names. */
  type(node: ts.TypeNode): Shape | undefined;
  /** The value of what is declared: a variable, property, parameter, function, class. */
  declaration(node: ts.Declaration): Shape | undefined;
  /** The members of a name, own or inherited. */
  member(shape: Shape, name: string): Member | undefined;
  /** The value of `object.name`. */
  memberValue(shape: Shape, name: string): Shape | undefined;
}

/**
 * Finds shapes, bounded in depth and steps, and remembers them per node. What was cut short by a bound or by a cycle is remembered only
 * for the outermost question, so that an answer never depends on which question came first.
 */
export class Shapes implements Walk {
  readonly #expressions = new Map<ts.Node, Shape | undefined>();
  readonly #types = new Map<ts.Node, Shape | undefined>();
  readonly #declarations = new Map<ts.Node, Shape | undefined>();
  readonly #checked = new Map<ts.Node, Shape | undefined>();
  /** Questions being answered, per kind: a declaration's own value is asked for as an expression first. */
  readonly #running = new Map<Map<ts.Node, Shape | undefined>, Set<ts.Node>>();
  #depth = 0;
  #memberDepth = 0;
  #steps = 0;
  #cut = 0;

  constructor(
    readonly context: ProgramContext,
    readonly names: Names,
  ) {}

  expression(node: ts.Node): Shape | undefined {
    return this.#bounded(this.#expressions, node, () => expressionShape(this, node));
  }

  type(node: ts.TypeNode): Shape | undefined {
    return this.#bounded(this.#types, node, () => typeShape(this, node));
  }

  declaration(node: ts.Declaration): Shape | undefined {
    return this.#bounded(this.#declarations, node, () => declarationShape(this, node));
  }

  member(shape: Shape, name: string): Member | undefined {
    if (this.#memberDepth >= maxMemberDepth) {
      this.#cut++;
      return undefined;
    }
    this.#memberDepth++;
    try {
      return memberOf(this, shape, name);
    } finally {
      this.#memberDepth--;
    }
  }

  memberValue(shape: Shape, name: string): Shape | undefined {
    return memberShape(this, shape, name);
  }

  /**
   * The shape of an expression by declarations, else by its type. The type is not asked for where that would make the compiler resolve
   * a call of a data layer, whose result the model knows without it. A file, which is what `this` is outside of functions, has neither.
   */
  of(node: ts.Node): Shape | undefined {
    if (ts.isSourceFile(node)) return undefined;
    const shape = ts.isTypeNode(node) ? this.type(node) : this.expression(node);
    if (shape !== undefined || this.#isDataLayerCall(node)) return shape;
    if (!this.#checked.has(node)) this.#checked.set(node, checkedShape(this, this.context.checker.getTypeAtLocation(node)));
    return this.#checked.get(node);
  }

  /** Whether a call chain starts at something that a data layer's package declares. */
  #isDataLayerCall(node: ts.Node): boolean {
    for (let at = node, calls = false; ;) {
      if (ts.isCallExpression(at) || ts.isTaggedTemplateExpression(at)) {
        at = ts.isCallExpression(at) ? at.expression : at.tag;
        calls = true;
      } else if (ts.isPropertyAccessExpression(at) || ts.isElementAccessExpression(at) || ts.isAwaitExpression(at)) {
        at = at.expression;
      } else if (ts.isParenthesizedExpression(at) || ts.isNonNullExpression(at) || ts.isAsExpression(at)) {
        at = at.expression;
      } else {
        return false;
      }
      const shape = calls ? this.expression(at) : undefined;
      if (shape?.kind === "imported" && this.context.packages.has(shape.name.package)) return true;
    }
  }

  #bounded(memo: Map<ts.Node, Shape | undefined>, node: ts.Node, find: () => Shape | undefined): Shape | undefined {
    if (memo.has(node)) return memo.get(node);
    if (this.#depth === 0) this.#steps = 0;
    const running = this.#running.get(memo) ?? new Set<ts.Node>();
    this.#running.set(memo, running);
    if (running.has(node) || this.#depth >= maxDepth || ++this.#steps > maxSteps) {
      this.#cut++;
      return undefined;
    }
    const cutBefore = this.#cut;
    running.add(node);
    this.#depth++;
    try {
      const shape = find();
      if (this.#cut === cutBefore || this.#depth === 1) memo.set(node, shape);
      return shape;
    } finally {
      this.#depth--;
      running.delete(node);
    }
  }
}
