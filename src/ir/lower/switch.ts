import ts from "typescript";

import type { Temp } from "../ir.js";
import { lowerCondition } from "./conditions.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder, Jump, OpenBlock } from "./functionBuilder.js";
import { declareLexical, scopeOf } from "./scopes.js";
import { lowerStatementList } from "./statements.js";
import { skipOuter } from "./syntax.js";

/** First the tests in order, then the bodies in order, each leading into the next unless it breaks. */
export function lowerSwitch(fn: FunctionBuilder, node: ts.SwitchStatement, labels: readonly string[]): void {
  const exit = fn.block();
  const { clauses } = node.caseBlock;
  const cases = clauses.map((clause) => ({ clause, body: fn.block() }));
  const subject = skipOuter(node.expression);
  const scope = scopeOf(fn, node, (opened) => {
    clauses.forEach((clause) => {
      declareLexical(opened, clause.statements);
    });
  });
  const { jump: outer, cleanup } = fn.region;
  const jump: Jump = { labels, breakTo: exit, continueTo: undefined, plain: true, outer, cleanup };
  const discriminant = subject.kind === ts.SyntaxKind.TrueKeyword ? undefined : lowerExpression(fn, subject);
  fn.within({ scope, jump }, () => {
    lowerTests(fn, cases, discriminant, exit);
    for (const { clause, body } of cases) {
      fn.goto(body);
      fn.start(body);
      lowerStatementList(fn, clause.statements);
    }
  });
  fn.goto(exit);
  fn.start(exit);
}

interface Case {
  readonly clause: ts.CaseOrDefaultClause;
  readonly body: OpenBlock;
}

function lowerTests(fn: FunctionBuilder, cases: readonly Case[], discriminant: Temp | undefined, exit: OpenBlock): void {
  for (const { clause, body } of cases) {
    if (ts.isDefaultClause(clause)) continue;
    const next = fn.block();
    lowerTest(fn, clause.expression, discriminant, body, next);
    fn.start(next);
  }
  fn.goto(cases.find(({ clause }) => ts.isDefaultClause(clause))?.body ?? exit);
}

/** Without a discriminant (`switch (true)`) the case itself is the condition. */
function lowerTest(fn: FunctionBuilder, expression: ts.Expression, discriminant: Temp | undefined, body: OpenBlock, next: OpenBlock): void {
  if (discriminant === undefined) {
    lowerCondition(fn, expression, body, next);
    return;
  }
  const tested = skipOuter(expression);
  const right = lowerExpression(fn, tested);
  fn.branch(tested, fn.emit(tested, { op: "binary", operator: "===", left: discriminant, right }), body, next);
}
