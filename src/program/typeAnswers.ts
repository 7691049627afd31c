/** What edits ask the type checker. */
import ts from "typescript";

interface Place {
  readonly file: string;
  readonly loc: { readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number };
}

const literal =
  ts.TypeFlags.StringLiteral |
  ts.TypeFlags.NumberLiteral |
  ts.TypeFlags.BooleanLiteral |
  ts.TypeFlags.String |
  ts.TypeFlags.Number |
  ts.TypeFlags.Boolean |
  ts.TypeFlags.Null;

export class TypeAnswers {
  readonly #checker: ts.TypeChecker;

  constructor(private readonly program: ts.Program) {
    this.#checker = program.getTypeChecker();
  }

  /** Whether the name is, in this file, that of an object type with these properties. */
  isTypeInScope(file: string, name: string, properties: readonly string[]): boolean {
    const source = this.program.getSourceFile(file);
    if (source === undefined) return false;
    const symbol = this.#checker
      .getSymbolsInScope(source.endOfFileToken, ts.SymbolFlags.Type | ts.SymbolFlags.Alias)
      .find((s) => s.name === name);
    if (symbol === undefined) return false;
    const target = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    const type = this.#checker.getDeclaredTypeOfSymbol(target);
    return properties.every((property) => type.getProperty(property) !== undefined);
  }

  /** The type of a property of the expression with this range, as it may be written anywhere; its text is `undefined` if it needs names. */
  property(file: string, range: readonly [number, number], name: string): { readonly text: string | undefined } | undefined {
    const node = this.expression(file, range);
    const type = node && this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(node));
    const property = type?.getProperty(name);
    if (node === undefined || property === undefined) return undefined;
    return { text: this.textOf(this.#checker.getTypeOfSymbolAtLocation(property, node)) };
  }

  /** The name of the expression's type, without `null` and `undefined`. */
  typeName(file: string, range: readonly [number, number]): string | undefined {
    const node = this.expression(file, range);
    const type = node && this.#checker.getNonNullableType(this.#checker.getTypeAtLocation(node));
    return (type?.aliasSymbol ?? type?.getSymbol())?.name;
  }

  /** The type of the expression is `string`, `number` or made of such literals. */
  isScalar(file: string, range: readonly [number, number]): boolean {
    const node = this.expression(file, range);
    if (node === undefined) return false;
    const type = this.#checker.getTypeAtLocation(node);
    const scalar = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike;
    return (type.isUnion() ? type.types : [type]).every((t) => (t.flags & scalar) !== 0);
  }

  /** Declarations without a body through which a call, whose callee's name is at the offset, sees what it calls. */
  signatures(file: string, offset: number): readonly Place[] {
    const source = this.program.getSourceFile(file);
    const name = source && nodeStartingAt(source, offset);
    const symbol = name && this.#checker.getSymbolAtLocation(name);
    const target = symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    return (target?.declarations ?? []).flatMap((d) => (isSignature(d) && d.name !== undefined ? [placeOf(d.name)] : []));
  }

  private expression(file: string, [start, end]: readonly [number, number]): ts.Node | undefined {
    const source = this.program.getSourceFile(file);
    let found: ts.Node | undefined;
    const visit = (node: ts.Node): void => {
      if (source === undefined || node.getStart(source) > start || node.end < end) return;
      if (node.getStart(source) === start && node.end === end) found = node;
      ts.forEachChild(node, visit);
    };
    if (source !== undefined) ts.forEachChild(source, visit);
    return found;
  }

  private textOf(type: ts.Type): string | undefined {
    const members = type.isUnion() ? type.types : [type];
    if (!members.every((t) => (t.flags & literal) !== 0 && (t.flags & ts.TypeFlags.EnumLike) === 0)) return undefined;
    return this.#checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias);
  }
}

function isSignature(
  node: ts.Declaration,
): node is ts.MethodSignature | ts.PropertySignature | ts.MethodDeclaration | ts.FunctionDeclaration {
  if (ts.isMethodSignature(node) || ts.isPropertySignature(node)) return true;
  return (ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) && node.body === undefined;
}

function nodeStartingAt(source: ts.SourceFile, offset: number): ts.Node | undefined {
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (node.end <= offset || node.pos > offset) return;
    if (ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) {
      if (node.getStart(source) === offset) found = node;
    }
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return found;
}

function placeOf(node: ts.Node): Place {
  const source = node.getSourceFile();
  const start = source.getLineAndCharacterOfPosition(node.getStart(source));
  const end = source.getLineAndCharacterOfPosition(node.end);
  return {
    file: source.fileName,
    loc: { line: start.line + 1, column: start.character, endLine: end.line + 1, endColumn: end.character },
  };
}
